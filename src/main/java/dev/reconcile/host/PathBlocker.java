package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps something from being made at a place: known by a look, and without trying.
 *
 * @param why in words, beginning with the folder
 * @param isHostAtFault whether another path is no remedy that one should need: a file system that
 *     is read-only takes nothing until it is mended
 */
public record PathBlocker(String why, boolean isHostAtFault) {
  // what is written beside it has a longer name, and a file system takes 255 bytes
  private static final int LONGEST_NAME = 255 - LocalHost.TEMPORARY.length();

  // what these show is the kernel's own: a new file is refused whoever asks
  private static final Set<String> OF_THE_KERNEL =
      Set.of("proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs");

  /**
   * The obstacle; empty if there is none.
   *
   * @param place of which no folder above is a symbolic link
   */
  static Optional<PathBlocker> to(Path place) throws HostException {
    int length = String.valueOf(place.getFileName()).getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_NAME) {
      return choice("its name has " + length + " bytes, and " + LONGEST_NAME + " are possible");
    }
    Path above = place.getParent();
    while (above != null && !Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
      above = above.getParent();
    }
    if (above == null) {
      return Optional.empty();
    }
    if (!Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
      return choice(above + " is not a directory");
    }
    try {
      String type = Files.getFileStore(above).type();
      return OF_THE_KERNEL.contains(type)
          ? choice(above + " is the kernel's (" + type + ")")
          : refusal(above);
    } catch (IOException e) {
      throw new HostException("Cannot look at the file system of " + above, e);
    }
  }

  private static Optional<PathBlocker> choice(String why) {
    return Optional.of(new PathBlocker(why, false));
  }

  // access(2): of root too, if the file system is mounted read-only or the folder is immutable
  private static Optional<PathBlocker> refusal(Path folder) throws IOException {
    try {
      folder.getFileSystem().provider().checkAccess(folder, AccessMode.WRITE);
      return Optional.empty();
    } catch (AccessDeniedException e) {
      return Optional.of(new PathBlocker(folder + ": permission denied", true));
    } catch (FileSystemException e) {
      String reason = Optional.ofNullable(e.getReason()).orElse("it takes nothing");
      return Optional.of(new PathBlocker(folder + ": " + reason, true));
    }
  }
}
