// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The files that processes of this machine have open for writing (proc(5), fd and fdinfo). */
final class OpenFiles {
  private static final String FLAGS = "flags:"; // of open(2); the last two bits are 0 for read-only

  private OpenFiles() {}

  /**
   * Returns the files below a directory, by relative path, of the processes that this user may
   * examine.
   */
  static Set<String> below(Path folder) {
    Set<String> found = new TreeSet<>();
    String prefix = folder + "/";
    for (Path process : list(Path.of("/proc"), "[0-9]*")) {
      for (Path descriptor : list(process.resolve("fd"), "*")) {
        written(process, descriptor)
            .filter(target -> target.startsWith(prefix))
            .ifPresent(target -> found.add(target.substring(prefix.length())));
      }
    }
    return found;
  }

  private static Iterable<Path> list(Path folder, String names) {
    Set<Path> entries = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, names)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      return Set.of(); // the process has ended, or this user may not examine it
    }
    return entries;
  }

  private static Optional<String> written(Path process, Path descriptor) {
    try {
      Path info = process.resolve("fdinfo").resolve(String.valueOf(descriptor.getFileName()));
      boolean isWritten =
          Files.readString(info, StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> line.startsWith(FLAGS))
              .anyMatch(
                  line -> (Long.parseLong(line.substring(FLAGS.length()).strip(), 8) & 3) != 0);
      return isWritten
          ? Optional.of(Files.readSymbolicLink(descriptor).toString())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the file was just closed
    }
  }
}
