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

  /**
   * Returns the services with an open file at or below a path, or beside it as SQLite's files
   * beside a database are; for a process of no service its number and name.
   */
  static Set<String> usersOf(Path path) {
    Set<String> users = new TreeSet<>();
    for (Path process : list(Path.of("/proc"), "[0-9]*")) {
      for (Path descriptor : list(process.resolve("fd"), "*")) {
        String target = target(descriptor);
        if (target.equals(path.toString())
            || target.startsWith(path + "/")
            || target.startsWith(path + "-")) {
          users.add(user(process));
        }
      }
    }
    return users;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // the file was just closed
    }
  }

  // cgroups(7): the last name of the path is the unit's
  private static String user(Path process) {
    String id = String.valueOf(process.getFileName());
    try {
      for (String line : Files.readString(process.resolve("cgroup")).lines().toList()) {
        String unit = line.substring(line.lastIndexOf('/') + 1);
        if (unit.endsWith(".service")) {
          return unit;
        }
      }
      return "process " + id + " (" + Files.readString(process.resolve("comm")).strip() + ")";
    } catch (IOException e) {
      return "process " + id;
    }
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
