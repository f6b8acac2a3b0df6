// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The directory that a command without a host works on. */
public final class DesiredDirectory {
  private DesiredDirectory() {}

  /** What was named, else here; the folder desired-state in it if only that has the main file. */
  public static Path of(Invocation arguments) throws CommandFailed {
    Path base = Path.of(arguments.word().orElse("."));
    Optional<String> path = arguments.value("path");
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
