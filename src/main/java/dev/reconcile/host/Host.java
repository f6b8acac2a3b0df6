package dev.reconcile.host;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The only way anything on the host is changed. Every method is atomic as far as the file system
 * allows and idempotent; earlier content is kept in the run's backup before it is replaced or
 * removed.
 */
public interface Host extends CommandRunner {
  /** The name of the run that this host is changed in; its backup is called so. */
  String runName();

  /** The facts of the same host. */
  Facts facts();

  /** Makes a directory, with missing parents (0755, root), or corrects its attributes. */
  void makeDirectory(String path, FileAttributes attributes) throws HostException;

  /** Writes beside, syncs, renames: a reader sees the old file or the new one. */
  void writeFile(String path, Content content, FileAttributes attributes) throws HostException;

  /** The same for reconcile's own records: no earlier content is kept. */
  void writeState(String path, Content content, FileAttributes attributes) throws HostException;

  /** Corrects owner, group and mode. */
  void setAttributes(String path, FileAttributes attributes) throws HostException;

  /** Puts a symbolic link in place by renaming; never replaces a directory. */
  void writeLink(String path, String target) throws HostException;

  /** Removes a file or a link if it is there. */
  void remove(String path) throws HostException;

  /** Removes a directory if it is there and empty; otherwise leaves it. */
  void removeEmptyDirectory(String path) throws HostException;

  /**
   * Removes a whole tree below reconcile's own directories, {@code /var/lib/reconcile} and {@code
   * /run/reconcile}, or one of the units that it makes for itself.
   */
  void discardTree(String path) throws HostException;

  /** Moves whatever is there into the backup, in one rename. */
  void backUp(String path) throws HostException;

  /**
   * Moves back what {@link #backUp} has moved away, if it did.
   *
   * @param run the run that did; empty for this one
   * @param path where it was
   */
  void restore(String run, String path) throws HostException;

  /** Removes what a killed run may have left beside {@code path} in writing it. */
  void clearUnfinished(String path) throws HostException;

  /** Renames a directory that is complete to its final name. */
  void publish(String staging, String path) throws HostException;

  /**
   * Makes root's own copy of a tree that a stranger's program has made, down to the disk.
   *
   * @param build the stranger's tree, below a folder that only root can enter
   * @param path where the copy goes, below {@code /var/lib/reconcile}; what is there is replaced
   * @param seal what may be kept
   * @throws HostException if there is something that must not be kept, or no room for it
   */
  void seal(String build, String path, SealPolicy seal) throws HostException;

  /** Whether two directories hold the same, with the same owners and modes. */
  default boolean sameTrees(String one, String other) throws HostException {
    try {
      return TreeComparison.same(onDisk(one), onDisk(other));
    } catch (IOException e) {
      throw new HostException("Cannot compare " + one + " and " + other + ": " + e.getMessage(), e);
    }
  }

  /** The path as the operating system sees it: under the root directory if there is one. */
  Path onDisk(String path) throws HostException;
}
