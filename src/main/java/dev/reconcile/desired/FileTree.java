package dev.reconcile.desired;

import java.util.List;
import java.util.Optional;

/** The files of a desired-state tree, wherever they are kept. Paths are relative, with slashes. */
public interface FileTree {
  /** A file that cannot be used, with what to do. */
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why it cannot be used. */
    public Unreadable(String message) {
      super(message);
    }
  }

  /**
   * The bytes of a file; empty if it is not there.
   *
   * @param path the file
   * @param limit most bytes
   * @throws Unreadable if it is larger than {@code limit}, or a link, or no file
   */
  Optional<byte[]> read(String path, int limit) throws Unreadable;

  /** The names of the files in a folder, sorted; empty if it is not there. */
  List<String> list(String folder);

  /** Whether a folder is there. */
  boolean hasFolder(String folder);
}
