package dev.reconcile.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
