package dev.reconcile.host;

/**
 * What lstat(2) says of a path.
 *
 * @param type what is there
 * @param mode permission bits, 0 to 07777
 * @param uid owner's number
 * @param gid group's number
 * @param size bytes
 */
public record Stat(Type type, int mode, int uid, int gid, long size) {
  /** What can be at a path. */
  public enum Type {
    FILE("a file"),
    DIRECTORY("a directory"),
    LINK("a symbolic link"),
    SOCKET("a socket"),
    OTHER("a device or pipe");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /** A person's words for it. */
    public String words() {
      return words;
    }
  }

  private static final int FORMAT = 0170000;

  /** Splits the {@code st_mode} of stat(2). */
  static Stat of(int stMode, int uid, int gid, long size) {
    Type type =
        switch (stMode & FORMAT) {
          case 0100000 -> Type.FILE;
          case 0040000 -> Type.DIRECTORY;
          case 0120000 -> Type.LINK;
          case 0140000 -> Type.SOCKET;
          default -> Type.OTHER;
        };
    return new Stat(type, stMode & 07777, uid, gid, size);
  }
}
