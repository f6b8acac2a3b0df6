package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory given with --root. */
final class RootFolder {
  private RootFolder() {}

  /** Makes it if it is not there; a plan changes nothing, so then it must be there. */
  static void prepare(Path root, boolean dry) throws Stop {
    if (Files.isDirectory(root)) {
      return;
    }
    if (dry || Files.exists(root)) {
      throw Arguments.usage(
          "No such directory",
          "--root " + root + " is not a directory." + (dry ? " A plan does not make it." : ""));
    }
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw Arguments.usage("No such directory", "--root " + root + " cannot be made: " + e);
    }
  }
}
