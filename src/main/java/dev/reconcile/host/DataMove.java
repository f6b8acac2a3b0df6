// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The move of an app's data within a file system, with a link that stays at the old path.
 *
 * <p>Invariant: at each moment the old path leads to the whole data. The link is first made at the
 * new path, where it leads to itself, and then exchanged with the data in one step (renameat2(2),
 * {@code RENAME_EXCHANGE}). A file that SQLite keeps beside a database has both names meanwhile.
 */
final class DataMove {
  private DataMove() {}

  /**
   * Moves a file or a directory. A second call, or one after a killed one, completes the move.
   *
   * @param from the old path
   * @param to the new path, whose parent exists
   * @param target the new path as the link has it
   */
  static void move(Path from, Path to, String target) throws IOException, HostException {
    if (Files.isSymbolicLink(from)) {
      finish(from, to);
      return;
    }
    if (Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS)) {
      linkBeside(from, to);
    }
    Files.deleteIfExists(to); // fails for a directory with files
    Files.createSymbolicLink(to, Path.of(target));
    if (!SystemCalls.exchange(from.toString(), to.toString())) {
      Files.delete(to);
      throw new HostException(
          HostFailure.UNSUPPORTED_HOST,
          """
          Cannot move data to %s: it is on another file system, or the file system cannot exchange \
          two names\
          """
              .formatted(to));
    }
    FileOperations.syncFolderOf(to);
    finish(from, to);
  }

  private static void linkBeside(Path from, Path to) throws IOException {
    for (String ending : Step.MoveData.BESIDE) {
      Path there = beside(to, ending);
      Path here = beside(from, ending);
      Files.deleteIfExists(there); // of a killed run; the app may have written since
      if (Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS)) {
        Files.createLink(there, here);
      }
    }
    FileOperations.syncFolderOf(to);
  }

  private static void finish(Path from, Path to) throws IOException {
    if (!Files.isRegularFile(to, LinkOption.NOFOLLOW_LINKS)) {
      FileOperations.syncFolderOf(from);
      return;
    }
    for (String ending : Step.MoveData.BESIDE) {
      Path here = beside(from, ending);
      if (Files.exists(here, LinkOption.NOFOLLOW_LINKS)
          && Files.exists(beside(to, ending), LinkOption.NOFOLLOW_LINKS)
          && Files.isSameFile(here, beside(to, ending))) {
        Files.delete(here);
      }
    }
    FileOperations.syncFolderOf(from);
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }
}
