package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What keeps something from being made at a place: known by a look, and without trying. */
final class Obstacle {
  // what these show is the kernel's own: a new file is refused whoever asks
  private static final Set<String> OF_THE_KERNEL =
      Set.of("proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs");

  // what is written beside it has a longer name, and a file system takes 255 bytes
  private static final int LONGEST_NAME = 255 - LocalHost.TEMPORARY.length();

  private Obstacle() {}

  /**
   * The obstacle, in words; empty if there is none.
   *
   * @param place of which no folder above is a symbolic link
   */
  static Optional<String> to(Path place) throws HostException {
    int length = String.valueOf(place.getFileName()).getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_NAME) {
      return Optional.of(
          "its name has " + length + " bytes, and " + LONGEST_NAME + " are possible");
    }
    Path above = place.getParent();
    while (above != null && !Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
      above = above.getParent();
    }
    if (above == null) {
      return Optional.empty();
    }
    if (!Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(above + " is not a directory");
    }
    try {
      String type = Files.getFileStore(above).type();
      if (OF_THE_KERNEL.contains(type)) {
        return Optional.of(above + " is the kernel's (" + type + ")");
      }
    } catch (IOException e) {
      throw new HostException("Cannot look at the file system of " + above, e);
    }
    // access(2): of root too, if the file system is mounted read-only
    return Files.isWritable(above)
        ? Optional.empty()
        : Optional.of(above + " cannot be written to (a read-only file system, or no permission)");
  }
}
