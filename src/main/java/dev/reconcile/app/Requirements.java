// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The requirements of an app, with all files that they include.
 *
 * @param text their text; it and {@code usesTree} decide what pip installs
 * @param usesTree whether pip installs or may install something of the app's own source; then the
 *     whole source counts
 * @param files the files that pip reads: path below the folder that it runs in to content
 * @param hashed the first line that makes pip require a hash of every requirement
 * @param gunicorn whether they include gunicorn
 * @param overSsh lines that pip fetches over ssh
 */
record Requirements(
    String text,
    boolean usesTree,
    SortedMap<String, Content> files,
    Optional<Origin> hashed,
    Gunicorn gunicorn,
    List<OverSsh> overSsh) {

  /** The name of the package of gunicorn. */
  static final String GUNICORN = "gunicorn";

  /** The requirements of an app that has none. */
  static final Requirements NONE =
      new Requirements("", false, new TreeMap<>(), Optional.empty(), Gunicorn.ABSENT, List.of());

  Requirements {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    overSsh = List.copyOf(overSsh);
  }

  /** Returns the requirements with another text, which identifies what is installed. */
  Requirements withText(String other) {
    return new Requirements(other, usesTree, files, hashed, gunicorn, overSsh);
  }

  /** Returns the requirements, whose {@code usesTree} is true also if {@code uses} is. */
  Requirements usingTree(boolean uses) {
    return new Requirements(text, usesTree || uses, files, hashed, gunicorn, overSsh);
  }

  /** The presence of gunicorn in the requirements. */
  enum Gunicorn {
    ABSENT,
    /** An environment marker decides, which only pip can evaluate. */
    CONDITIONAL,
    PRESENT
  }

  /**
   * A requirement that pip fetches over ssh.
   *
   * @param host the server, with its port
   * @param origin the line of the requirement
   */
  record OverSsh(String host, Origin origin) {}

  /** A mistake in the requirements, with its position in the app's source. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500; // a line may be a megabyte long
    private final transient Origin origin;
    private final String summary;

    Mistake(Origin origin, String summary, String detail) {
      super(shortened(detail));
      this.origin = origin;
      this.summary = summary;
    }

    static String shortened(String text) {
      return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    Origin origin() {
      return origin;
    }

    String summary() {
      return summary;
    }
  }
}
