// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Queries about paths that a run would change. The answers are not recorded, so a later run does
 * not detect a difference.
 */
public final class FolderFacts {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

  private final HostPaths paths;

  FolderFacts(HostPaths paths) {
    this.paths = paths;
  }

  /** Returns the reason why a path cannot be created; empty if there is none. */
  public Optional<PathBlocker> blocker(String path) throws HostException {
    return PathBlocker.to(paths.locate(path));
  }

  /**
   * Walks a directory tree without opening files.
   *
   * @param folder a directory, not a link to one
   * @param most the maximum number of entries to visit
   * @return whether all entries were visited
   */
  public boolean lookThrough(String folder, int most, FolderLook.Visitor visitor)
      throws HostException {
    return FolderLook.through(paths.locate(folder), most, LONGEST_LOOK, visitor);
  }

  /**
   * Returns the files below a directory that a process has open for writing, by relative path;
   * empty under a root directory.
   */
  public Set<String> openBelow(String folder) throws HostException {
    return paths.isWholeMachine() ? OpenFiles.below(paths.locate(folder)) : Set.of();
  }

  /**
   * Returns the services with an open file at or below a path, or beside it as SQLite's files
   * beside a database are; a process of no service by its number and name. Empty under a root
   * directory.
   */
  public Set<String> usersOf(String path) throws HostException {
    return paths.isWholeMachine() ? OpenFiles.usersOf(paths.locate(path)) : Set.of();
  }

  /** Reports whether a user is root or the owner of the root directory. */
  public boolean isOurs(int uid) {
    return paths.isOurs(uid);
  }

  /**
   * Finds the files and directories below a directory that neither root nor the caller owns. The
   * contents of such a directory are not listed.
   *
   * @param most the maximum number of entries to visit
   */
  public List<FolderLook.Item> ofOthers(String folder, int most) throws HostException {
    List<FolderLook.Item> found = new ArrayList<>();
    lookThrough(
        folder,
        most,
        item -> {
          boolean foreign = !isOurs(item.stat().uid());
          if (foreign) {
            found.add(item);
          }
          return !foreign;
        });
    return found;
  }
}
