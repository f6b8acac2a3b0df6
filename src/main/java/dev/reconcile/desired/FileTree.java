// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import java.util.List;
import java.util.Optional;

/**
 * The files of a desired-state tree, independent of their storage. Paths are relative, with
 * slashes.
 */
public interface FileTree {
  /** A file that cannot be used; the message has the reason and what to do. */
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with the reason. */
    public Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Reads a file.
   *
   * @param path the file
   * @param limit the largest size in bytes
   * @return the bytes; empty if the file does not exist
   * @throws Unreadable if it is larger than {@code limit}, or a link, or no file
   */
  Optional<byte[]> read(String path, int limit) throws Unreadable;

  /** Returns the names of the files in a folder, sorted; empty if the folder does not exist. */
  List<String> list(String folder);

  /** Returns whether a folder exists. */
  boolean hasFolder(String folder);
}
