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

/** What the file system needs to be told one step at a time. */
final class FileOperations {
  private FileOperations() {}

  /**
   * In a folder of an app's user a file may have become a link since it was looked at: then this
   * fails instead of reaching what the link names. A socket cannot be opened for that, but sockets
   * lie in folders of root.
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
   * In a folder of an app's user a file may be a hard link that the user made of root's: whoever
   * gave it away would give that one away.
   */
  static void refuseSecondNames(Path place) throws IOException, HostException {
    Map<String, Object> found =
        Files.readAttributes(place, "unix:mode,nlink", LinkOption.NOFOLLOW_LINKS);
    boolean file = ((Integer) found.getOrDefault("mode", 0) & 0170000) == 0100000;
    if (file && (Integer) found.getOrDefault("nlink", 1) > 1) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          "Refused to change the owner of "
              + place
              + ": the file has another name elsewhere (a hard link). Remove one of them.");
    }
  }

  /** Makes a rename or removal in the folder of {@code place} durable (fsync(2)). */
  static void syncFolderOf(Path place) throws IOException {
    Path directory = place.getParent();
    if (directory == null) {
      return;
    }
    sync(directory);
  }

  /** Brings a file's content, or a folder's names, to the disk (fsync(2)). */
  static void sync(Path place) throws IOException {
    try (FileChannel channel = FileChannel.open(place, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Makes a directory that only its owner may enter; one that is there is left as it is. It has the
   * mode from the first moment, and it is on the disk.
   */
  static void makePrivateDirectory(Path place) throws HostException {
    try {
      Files.createDirectory(place, ownerOnly("rwx------"));
      syncFolderOf(place);
    } catch (FileAlreadyExistsException e) {
      // apps are deployed side by side and share parents
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

  /** Renames within one file system, over what is there, down to the disk. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolderOf(to);
    if (!from.resolveSibling("").equals(to.resolveSibling(""))) {
      syncFolderOf(from);
    }
  }

  /** Writes a new file, which only its owner may read, down to the disk. */
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

  /** Where what is to be at {@code place} is made, until it is whole. */
  static Path beside(Path place) {
    return place.resolveSibling(LocalHost.TEMPORARY + place.getFileName());
  }

  /** Removes what was begun there. */
  static void discard(Path temporary) throws HostException {
    if (!Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
      return; // a file in place of a folder above, or a read-only file system, is told otherwise
    }
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw IoFailure.of("remove", temporary, e);
    }
  }
}
