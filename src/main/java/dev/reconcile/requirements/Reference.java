// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;

/** The target of a requirement, derived from its text alone (pip: req/constructors.py). */
public sealed interface Reference {
  /**
   * A package of an index.
   *
   * @param name normalised, as in PEP 503; empty if pip will refuse it
   * @param conditional whether a marker decides if pip installs it
   */
  record Named(String name, boolean conditional) implements Reference {}

  /**
   * A file or folder of the host.
   *
   * @param name normalised; empty if neither the requirement nor the file's name tells it
   * @param path relative to the folder that pip runs in, or absolute; without extras
   */
  record Local(String name, String path) implements Reference {}

  /**
   * A package behind a URL.
   *
   * @param name normalised; empty if the URL does not tell it
   * @param scheme the scheme, such as {@code https} or {@code git+ssh}
   * @param host the host's name with its port; empty if there is none
   */
  record Remote(String name, String scheme, String host) implements Reference {}

  /** Returns a package's name in the form in which equal names are equal texts (PEP 503). */
  static String normalised(String name) {
    return Addresses.normalised(name);
  }

  /** Returns what a requirement line refers to. */
  static Reference of(String requirement) {
    Matcher direct = Addresses.DIRECT.matcher(requirement);
    String url = Addresses.isUrl(requirement) ? requirement : "";
    String name = "";
    if (url.isEmpty() && direct.matches() && Addresses.isUrl(String.valueOf(direct.group(2)))) {
      name = Addresses.normalised(String.valueOf(direct.group(1)));
      url = String.valueOf(direct.group(2));
    }
    if (!url.isEmpty()) {
      return Addresses.ofUrl(name, url);
    }
    int semicolon = requirement.indexOf(';');
    String before = semicolon < 0 ? requirement : requirement.substring(0, semicolon);
    String text = before.strip();
    String path = Addresses.withoutExtras(text);
    if (path.contains("/") || path.startsWith(".") || Addresses.isArchive(path)) {
      return new Local(Addresses.nameOfFile(path), path);
    }
    Matcher named = Addresses.NAME.matcher(text);
    return new Named(named.lookingAt() ? Addresses.normalised(named.group()) : "", semicolon >= 0);
  }

  /** Returns what {@code -e} refers to: a folder, unless it is a URL. */
  static Reference ofEditable(String editable) {
    Reference reference = of(editable);
    if (reference instanceof Remote || Addresses.isUrl(editable)) {
      return reference;
    }
    for (String system : List.of("git", "hg", "svn", "bzr")) {
      if (editable.toLowerCase(Locale.ROOT).startsWith(system + ":")) {
        return new Remote("", system, "");
      }
    }
    return new Local("", Addresses.withoutExtras(editable));
  }

  /** Returns what a location of archives refers to: a URL or a path. */
  static Reference ofPlace(String place) {
    return Addresses.isUrl(place) ? Addresses.ofUrl("", place) : new Local("", place);
  }
}
