// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The desired-state directory of a command without a host. */
public final class DesiredDirectory {
  private DesiredDirectory() {}

  /**
   * Returns the directory that the command line names, else the working directory. Without {@code
   * --path}, its folder desired-state is returned if only that folder has a reconcile.yaml.
   *
   * @throws CommandFailed if it is not a directory
   */
  public static Path of(Invocation arguments) throws CommandFailed {
    Path base = Path.of(arguments.word().orElse("."));
    Optional<String> path = arguments.value(CommonOptions.PATH);
    if (path.isPresent()) {
      base = base.resolve(path.get());
    } else if (!Files.exists(base.resolve("reconcile.yaml"))
        && Files.exists(base.resolve("desired-state/reconcile.yaml"))) {
      base = base.resolve("desired-state");
    }
    if (!Files.isDirectory(base)) {
      throw Invocation.usage("No such directory", base + " is not a directory.");
    }
    return base;
  }
}
