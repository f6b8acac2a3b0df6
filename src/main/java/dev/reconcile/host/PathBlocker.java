// SPDX-License-Identifier: Apache-2.0
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
 * The reason why a path cannot be created, found without an attempt.
 *
 * @param why the reason, which begins with the directory
 * @param isHostAtFault whether the host must be fixed rather than the path changed, for example if
 *     a file system is read-only
 */
public record PathBlocker(String why, boolean isHostAtFault) {
  // the temporary file has a longer name, and file systems allow 255 bytes
  private static final int LONGEST_NAME = 255 - LocalHost.TEMPORARY.length();

  // file systems with the kernel's own files, which refuse new files for all users
  private static final Set<String> OF_THE_KERNEL =
      Set.of("proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs");

  /**
   * Finds the reason; empty if there is none.
   *
   * @param place a path without symbolic links in its parents
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

  // access(2) denies even root if the file system is read-only or the directory is immutable
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
