// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The name by which a shell finds this program, for the commands that messages print. */
final class Program {
  private static final String NAME = "reconcile";

  private Program() {}

  /**
   * Returns the first word of a command of reconcile: {@code reconcile} if the shell finds it by
   * that name, else the path of the launcher.
   *
   * @param launcher the absolute path of the launcher; empty if there is none
   * @param directory the directory in which the command will be typed
   * @param searchPath the caller's {@code PATH}
   */
  static String name(String launcher, Path directory, String searchPath) {
    if (launcher.isEmpty()) {
      return NAME;
    }
    Path path = Path.of(launcher);
    for (String entry : searchPath.split(":", -1)) {
      if (isIn(entry, path)) {
        return NAME;
      }
    }
    Path folder = path.getParent();
    return folder != null && folder.equals(directory.toAbsolutePath().normalize())
        ? "./" + path.getFileName()
        : launcher;
  }

  private static boolean isIn(String folder, Path launcher) {
    if (!folder.startsWith("/")) {
      return false;
    }
    try {
      Path found = Path.of(folder).resolve(NAME);
      return found.equals(launcher) || (Files.exists(found) && Files.isSameFile(found, launcher));
    } catch (IOException | InvalidPathException e) {
      return false; // the shell would not find it either
    }
  }
}
