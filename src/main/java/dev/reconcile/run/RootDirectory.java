// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory of the option {@code --root}. */
public final class RootDirectory {
  private RootDirectory() {}

  /**
   * Creates the directory if it does not exist; a dry run creates nothing.
   *
   * @throws CommandFailed if it is not a directory, or does not exist in a dry run
   */
  public static void prepare(Path root, boolean dry) throws CommandFailed {
    if (Files.isDirectory(root)) {
      return;
    }
    if (dry || Files.exists(root)) {
      throw Invocation.usage(
          "No such directory",
          "--root %s%s"
              .formatted(
                  root,
                  Files.exists(root)
                      ? " is not a directory."
                      : " does not exist; plan does not create it."));
    }
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw Invocation.usage("No such directory", "--root " + root + " cannot be created: " + e);
    }
  }
}
