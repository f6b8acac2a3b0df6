// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The interface for all changes of the host. Every method is idempotent, and atomic as far as the
 * file system allows. Earlier content is kept in the run's backup before it is replaced or removed.
 */
public interface Host extends CommandRunner {
  /** Returns the name of the run, which is also the name of its backup. */
  String runName();

  /** Returns the facts of this host. */
  Facts facts();

  /** Creates a directory, with missing parents (0755, root), or corrects its attributes. */
  void makeDirectory(String path, FileAttributes attributes) throws HostException;

  /**
   * Writes a file: writes a temporary file, flushes it, and renames it, so that a reader sees the
   * old file or the new one.
   */
  void writeFile(String path, Content content, FileAttributes attributes) throws HostException;

  /** Writes a file of reconcile's own state, without a backup of the earlier content. */
  void writeState(String path, Content content, FileAttributes attributes) throws HostException;

  /** Sets owner, group and mode. */
  void setAttributes(String path, FileAttributes attributes) throws HostException;

  /** Creates or replaces a symbolic link by a rename; never replaces a directory. */
  void writeLink(String path, String target) throws HostException;

  /** Removes a file or a link if it exists. */
  void remove(String path) throws HostException;

  /** Removes a directory if it exists and is empty. */
  void removeEmptyDirectory(String path) throws HostException;

  /**
   * Removes a tree below reconcile's own directories, {@code /var/lib/reconcile} and {@code
   * /run/reconcile}, a unit that reconcile has created for itself, or an unfinished data folder.
   */
  void discardTree(String path) throws HostException;

  /** Moves anything at a path into the backup, in one rename. */
  void backUp(String path) throws HostException;

  /**
   * Moves back what {@link #backUp} has moved away, if anything.
   *
   * @param run the run that moved it; empty for this run
   * @param path the original path
   */
  void restore(String run, String path) throws HostException;

  /** Removes the temporary files that a killed run may have left while it wrote {@code path}. */
  void clearUnfinished(String path) throws HostException;

  /**
   * Makes a path lead to a unix socket, by a hard link that replaces what is at the path at once.
   * New connections to the path then reach that socket; existing ones stay.
   *
   * @param socket the path of the socket, on the same file system
   * @param path the path that leads to it afterwards
   */
  void linkSocket(String socket, String path) throws HostException;

  /** Renames a complete directory to its final path. */
  void publish(String staging, String path) throws HostException;

  /**
   * Moves data to another path of the same file system, with the files that SQLite keeps beside a
   * database, and leaves a link at the old path, which leads to the data at each moment.
   */
  void moveData(String from, String to) throws HostException;

  /**
   * Copies a tree made by an untrusted program into a tree owned by root, and flushes it to disk.
   *
   * @param build the untrusted tree, below a directory that only root can enter
   * @param path the path of the copy, below {@code /var/lib/reconcile}; an existing tree is
   *     replaced
   * @param seal the policy for accepted files
   * @throws HostException if the tree has an entry that is not accepted, or the disk is full
   */
  void seal(String build, String path, SealPolicy seal) throws HostException;

  /** Reports whether two directories have equal contents, owners and modes. */
  default boolean sameTrees(String one, String other) throws HostException {
    try {
      return TreeComparison.same(onDisk(one), onDisk(other));
    } catch (IOException e) {
      throw new HostException("Cannot compare " + one + " and " + other + ": " + e.getMessage(), e);
    }
  }

  /** Returns the path on this machine, which is under the root directory if there is one. */
  Path onDisk(String path) throws HostException;
}
