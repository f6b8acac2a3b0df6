// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The backup of a run: the files that it replaces, under their own paths. Only root can read it.
 *
 * <p>Invariant: a file in the backup has its original content, owner and mode.
 */
final class Backup {
  private final String run;
  private final Room room;

  /** The provider of places in the backup. */
  interface Room {
    /** Returns the backup place of {@code path}, whose parent directories exist. */
    Path of(String path) throws HostException;
  }

  /**
   * @param run the name of the run
   * @param room the provider of places
   */
  Backup(String run, Room room) {
    this.run = run;
    this.room = room;
  }

  /**
   * Backs up a file or link before it is replaced or removed. A hard link preserves content, owner
   * and mode at no cost. Only the first version in a run is kept, and no socket, which has no
   * content.
   */
  void keep(String path, Path place) throws HostException, IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS) || isSpecial(place)) {
      return;
    }
    Path kept = room.of(path);
    if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isSymbolicLink(place)) {
      Files.createSymbolicLink(kept, Files.readSymbolicLink(place));
    } else {
      try {
        Files.createLink(kept, place);
      } catch (IOException | UnsupportedOperationException e) {
        copy(place, kept);
      }
    }
    FileOperations.syncFolderOf(kept);
  }

  private static boolean isSpecial(Path place) throws IOException {
    return Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  // Written beside first, because an incomplete copy under the final name would look complete.
  private static void copy(Path place, Path kept) throws IOException {
    Path beside = FileOperations.beside(kept);
    Files.deleteIfExists(beside);
    Files.copy(place, beside, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    FileOperations.sync(beside);
    FileOperations.rename(beside, kept);
  }

  /** Returns the name of the run. */
  String run() {
    return run;
  }

  /** Moves anything at a path into the backup, in one rename. */
  void moveAway(String path, Path place) throws HostException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      FileOperations.rename(place, room.of(path));
    } catch (IOException e) {
      moveBeside(place, e);
    }
  }

  // A directory cannot be renamed into a backup on another file system, so it stays beside itself.
  private void moveBeside(Path place, IOException first) throws HostException {
    try {
      FileOperations.rename(place, place.resolveSibling(place.getFileName() + ".before-" + run));
    } catch (IOException e) {
      e.addSuppressed(first);
      throw IoFailure.of("move away", place, e);
    }
  }

  /** Moves back from a run's backup what {@link #moveAway} has moved there, if anything. */
  void bringBack(Path kept, Path place) throws HostException {
    if (!Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      FileOperations.rename(kept, place);
    } catch (IOException e) {
      throw IoFailure.of("bring back", place, e);
    }
  }
}
