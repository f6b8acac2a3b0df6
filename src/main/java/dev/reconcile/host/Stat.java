// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/**
 * The result of lstat(2).
 *
 * @param type the type of the file
 * @param mode the permission bits, 0 to 07777
 * @param uid the id of the owner
 * @param gid the id of the group
 * @param size the size in bytes
 */
public record Stat(Type type, int mode, int uid, int gid, long size) {
  /** Types of files. */
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

    /** Returns the type in words, with an article. */
    public String words() {
      return words;
    }
  }

  private static final int FORMAT = 0170000;

  /** Creates the result from the {@code st_mode} of stat(2). */
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
