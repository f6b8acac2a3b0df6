package dev.reconcile.host;

/**
 * Something that a run has looked at. In a text it is a line: the kind's letter, the mark of what
 * was found, and the name.
 *
 * @param kind what was looked for
 * @param name a path, a port, a pattern
 */
record Observation(Kind kind, String name) {
  /** What was looked for. */
  enum Kind {
    /** A file with its content, a link with its target, a folder with the names in it. */
    CONTENT('c'),
    /** What is there and whose it is. */
    SHAPE('s'),
    /** How many listen on a unix socket's path. */
    LISTENERS('u'),
    /** Which socket listens on a TCP port. */
    PORT('t'),
    /** Whether a moment has come, in seconds since 1970. */
    MOMENT('m'),
    /** The units of systemd that match patterns. */
    UNITS('p'),
    /** An app's code in a directory that nobody manages; its name begins with the app's user. */
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
      throw new IllegalArgumentException("no kind of sighting: " + letter);
    }
  }

  private static final int RADIX = 36;

  // by hand: what Java makes for a record at run time takes longer than a run with nothing to do
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
      throw new IllegalArgumentException("no sighting: " + line);
    }
    return blank;
  }
}
