// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file with the keys whose commits root applies: only root may be able to change it. */
final class KeyFile {
  private static final int STICKY = 01000;
  private static final int BY_OTHERS = 0022;

  /**
   * The reason why a file cannot be trusted.
   *
   * @param words the reason, and what to do
   * @param command the command that removes it or shows it
   */
  record Fault(String words, String command) {}

  private KeyFile() {}

  /**
   * Returns the reason why other users can change a file, or replace it through a directory above
   * it; empty if they cannot. A sticky directory such as /tmp is no reason: users cannot remove the
   * files of other users from it.
   */
  static Optional<Fault> fault(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new Fault(file + " is not a regular file.", "ls -l " + file));
    }
    int self = number(Files.readAttributes(Path.of("/proc/self"), "unix:uid"), "uid");
    @Nullable Path place = file.toRealPath();
    while (place != null) {
      Map<String, Object> found = Files.readAttributes(place, "unix:mode,uid");
      int owner = number(found, "uid");
      int mode = number(found, "mode");
      boolean shielded = Files.isDirectory(place) && (mode & STICKY) != 0;
      if (owner != 0 && owner != self) {
        return Optional.of(
            new Fault(
                place + " belongs to user " + owner + ". Give it to root.", "chown root " + place));
      }
      if ((mode & BY_OTHERS) != 0 && !shielded) {
        return Optional.of(
            new Fault(
                "Other users than root can write to " + place + ". Forbid it.",
                "chmod go-w " + place));
      }
      place = place.getParent();
    }
    return Optional.empty();
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) attributes.getOrDefault(name, -1);
  }
}
