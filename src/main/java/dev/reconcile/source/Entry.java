// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/**
 * An entry of a folder of a commit. Its name is a plain file name, without separators or {@code
 * ..}.
 *
 * @param id git's object id of the content
 */
public record Entry(String name, Type type, String id) {
  /** The types of entries that git records. */
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
