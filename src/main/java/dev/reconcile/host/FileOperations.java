// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** Single operations on the file system. */
final class FileOperations {
  private FileOperations() {}

  /**
   * Sets the mode of a file without following links: in a directory of an app's user, a file may
   * have been replaced by a link, and then the call fails. A socket cannot be opened for that, but
   * sockets are in directories of root.
   */
  static void setMode(Path place, int wanted) throws IOException {
    int mode = (int) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & 07777) == wanted) {
      return;
    }
    boolean socket = (mode & 0170000) == 0140000;
    LinkOption[] options =
        socket ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    Files.setAttribute(place, "unix:mode", wanted, options);
  }

  /**
   * Refuses a file with several hard links: in a directory of an app's user, it may be a hard link
   * to a file of root, whose owner would change, too.
   */
  static void refuseSecondNames(Path place) throws IOException, HostException {
    Map<String, Object> found =
        Files.readAttributes(place, "unix:mode,nlink", LinkOption.NOFOLLOW_LINKS);
    boolean file = ((Integer) found.getOrDefault("mode", 0) & 0170000) == 0100000;
    if (file && (Integer) found.getOrDefault("nlink", 1) > 1) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          """
          Refused to change the owner of %s: the file has another name elsewhere (a hard \
          link). Remove one of them.\
          """
              .formatted(place));
    }
  }

  /** Makes a rename or removal in the directory of {@code place} durable (fsync(2)). */
  static void syncFolderOf(Path place) throws IOException {
    Path directory = place.getParent();
    if (directory == null) {
      return;
    }
    sync(directory);
  }

  /** Flushes a file's content, or a directory's names, to disk (fsync(2)). */
  static void sync(Path place) throws IOException {
    try (FileChannel channel = FileChannel.open(place, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Creates a directory that only its owner may enter, and flushes it to disk. It has its mode from
   * the start. An existing directory is left as it is.
   */
  static void makePrivateDirectory(Path place) throws HostException {
    try {
      Files.createDirectory(place, ownerOnly("rwx------"));
      syncFolderOf(place);
    } catch (FileAlreadyExistsException e) {
      // apps are deployed in parallel and share parents
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw IoFailure.of("make the directory", place, e);
      }
    } catch (IOException e) {
      throw IoFailure.of("make the directory", place, e);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> ownerOnly(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  /** Renames within a file system, replacing the target, and flushes the change to disk. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolderOf(to);
    if (!from.resolveSibling("").equals(to.resolveSibling(""))) {
      syncFolderOf(from);
    }
  }

  /** Writes a new file that only its owner may read, and flushes it to disk. */
  static void writeNew(Path place, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            place,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            ownerOnly("rw-------"))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /**
   * Returns the temporary path at which the file for {@code place} is made until it is complete.
   */
  static Path beside(Path place) {
    return place.resolveSibling(LocalHost.TEMPORARY + place.getFileName());
  }

  /** Removes an incomplete temporary file. */
  static void discard(Path temporary) throws HostException {
    if (!Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
      // another step reports a file in place of a parent directory, or a read-only file system
      return;
    }
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw IoFailure.of("remove", temporary, e);
    }
  }
}
