package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the requirements of an app, with all files that they include, ask of pip.
 *
 * @param text their text; what it says and {@code usesTree} decide what is installed
 * @param usesTree whether something of the app's own source is installed, or could be: then all of
 *     the source counts
 * @param files what pip reads: path below the folder that it runs in to content
 * @param hashed the first line that makes pip ask for a hash of every requirement
 * @param gunicorn whether they bring gunicorn
 * @param overSsh lines that are fetched over ssh
 */
record Requirements(
    String text,
    boolean usesTree,
    SortedMap<String, Content> files,
    Optional<Origin> hashed,
    Gunicorn gunicorn,
    List<OverSsh> overSsh) {

  /** Of an app that has none. */
  static final Requirements NONE =
      new Requirements("", false, new TreeMap<>(), Optional.empty(), Gunicorn.ABSENT, List.of());

  Requirements {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    overSsh = List.copyOf(overSsh);
  }

  /** Whether gunicorn is among the requirements. */
  enum Gunicorn {
    ABSENT,
    /** A marker decides, which only pip can tell. */
    CONDITIONAL,
    PRESENT
  }

  /**
   * A requirement that is fetched over ssh.
   *
   * @param host the server, with its port
   * @param origin where it stands
   */
  record OverSsh(String host, Origin origin) {}

  /** A mistake in the requirements, at its place in the app's source. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500; // a line may have a megabyte
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
