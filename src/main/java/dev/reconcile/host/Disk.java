package dev.reconcile.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** What the file system needs to be told one step at a time. */
final class Disk {
  private Disk() {}

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
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes a directory that nobody else may enter yet; one that is there is left as it is. */
  static void makeDirectory(Path place) throws HostException {
    try {
      Files.createDirectory(
          place,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // apps are deployed side by side and share parents
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw IoFailure.of("make the directory", place, e);
      }
    } catch (IOException e) {
      throw IoFailure.of("make the directory", place, e);
    }
  }

  /** Writes a new file, which only its owner may read, down to the disk. */
  static void writeNew(Path place, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            place,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
