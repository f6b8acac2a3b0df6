// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The hostname that selects hosts/NAME.yaml. */
public final class Hostname {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private Hostname() {}

  /**
   * Returns the value of {@code --host}, else the kernel's name for this machine (no name server is
   * asked).
   */
  public static String of(Invocation arguments) throws CommandFailed {
    Optional<String> named = arguments.value(CommonOptions.HOST);
    String name = named.isPresent() ? named.get() : own();
    return name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") ? name : "";
  }

  private static String own() {
    try {
      return Files.readString(KERNEL).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
