// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/**
 * A query of a run about the host. Its text form is a line with the letter of the kind, the mark of
 * the answer, and the name.
 *
 * @param kind the kind of the query
 * @param name a path, a port, or a pattern
 */
record Observation(Kind kind, String name) {
  /** Kinds of queries. */
  enum Kind {
    /** The content of a file, the target of a link, or the names in a directory. */
    CONTENT('c'),
    /** The type, owner and mode at a path. */
    SHAPE('s'),
    /** The number of listeners on the path of a unix socket. */
    LISTENERS('u'),
    /** The socket that listens on a TCP port. */
    PORT('t'),
    /** Whether a moment, in seconds since 1970, is past. */
    MOMENT('m'),
    /** The units of systemd that match patterns, and their states. */
    UNITS('p'),
    /** An app's code in an unmanaged directory; the name begins with the id of the app's user. */
    TREE('d');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    private static Kind of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of observation: " + letter);
    }
  }

  private static final int RADIX = 36;

  // Java generates a record's methods at run time, which takes longer than a run without changes.
  @Override
  public int hashCode() {
    return name.hashCode() * 31 + kind.letter;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Observation that && kind == that.kind && name.equals(that.name);
  }

  String line(long mark) {
    return kind.letter + Long.toString(mark, RADIX) + " " + name;
  }

  static Kind kind(String line) {
    return Kind.of(line.charAt(0));
  }

  static String name(String line) {
    return line.substring(blank(line) + 1);
  }

  static long mark(String line) {
    return Long.parseLong(line, 1, blank(line), RADIX);
  }

  private static int blank(String line) {
    int blank = line.indexOf(' ');
    if (blank < 2) {
      throw new IllegalArgumentException("no observation: " + line);
    }
    return blank;
  }
}
