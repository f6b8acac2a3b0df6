package dev.reconcile.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

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
}
