package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a run replaces, kept under its own path. Only root can look into it.
 *
 * <p>Invariant: what is kept has the content, owner and mode it had.
 */
final class Backup {
  private final String run;
  private final Room room;

  /** Makes room. */
  interface Room {
    /** The place where what is at {@code path} is kept; its folders are there. */
    Path of(String path) throws HostException;
  }

  /**
   * @param run the run's name
   * @param room where things are kept
   */
  Backup(String run, Room room) {
    this.run = run;
    this.room = room;
  }

  /**
   * Keeps a file or link that is about to be replaced or removed: a hard link keeps content, owner
   * and mode at no cost. What the run itself has put there since is not kept, and neither is a
   * socket, which holds nothing.
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

  // Half a copy under the file's name would pass for what it was.
  private static void copy(Path place, Path kept) throws IOException {
    Path beside = FileOperations.beside(kept);
    Files.deleteIfExists(beside);
    Files.copy(place, beside, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    FileOperations.sync(beside);
    FileOperations.rename(beside, kept);
  }

  /** The run's name. */
  String run() {
    return run;
  }

  /** Moves whatever is there into the backup, in one rename. */
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

  // Another file system: a directory cannot be renamed into the backup, but beside itself it can.
  private void moveBeside(Path place, IOException first) throws HostException {
    try {
      FileOperations.rename(place, place.resolveSibling(place.getFileName() + ".before-" + run));
    } catch (IOException e) {
      e.addSuppressed(first);
      throw IoFailure.of("move away", place, e);
    }
  }

  /** Moves back what {@link #moveAway} of some run has moved into its backup, if it did. */
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
