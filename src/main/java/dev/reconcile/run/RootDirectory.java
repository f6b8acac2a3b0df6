// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory given with --root. */
public final class RootDirectory {
  private RootDirectory() {}

  /** Makes it if it is not there; a plan changes nothing, so then it must be there. */
  public static void prepare(Path root, boolean dry) throws CommandFailed {
    if (Files.isDirectory(root)) {
      return;
    }
    if (dry || Files.exists(root)) {
      throw Invocation.usage(
          "No such directory",
          "--root "
              + root
              + (Files.exists(root)
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
