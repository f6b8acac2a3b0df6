package dev.reconcile.source;

/**
 * One name in a folder of a commit. The name is a plain file name: nothing that leads elsewhere.
 *
 * @param id git's object id of the content
 */
public record Entry(String name, Type type, String id) {
  /** What git can record. */
  public enum Type {
    /** A file. */
    FILE,
    /** A file with the executable bit. */
    EXECUTABLE,
    /** A folder. */
    FOLDER,
    /** A symbolic link. */
    SYMLINK,
    /** A reference to another repository's commit. */
    SUBMODULE
  }
}
