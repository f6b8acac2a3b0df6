// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Version;
import dev.reconcile.fleet.Moment;
import dev.reconcile.fleet.Situation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** This host as the others of its fleet know it. */
final class FleetSelf {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String MACHINE = "/etc/machine-id";
  private static final int LONGEST = 64;

  private FleetSelf() {}

  /**
   * Returns this host.
   *
   * @throws CommandFailed if it has no name or no id that the others could know it by
   */
  static Situation.Self of(RunContext run) throws CommandFailed, HostException {
    String name = Hostname.of(run.arguments());
    if (!TextFormat.HOSTNAME.accepts(name)) {
      throw new CommandFailed(
          ExitCode.INVALID,
          "Host without a name for its fleet",
          "\"%s\" is not %s.".formatted(name, TextFormat.HOSTNAME.meaning()));
    }
    return new Situation.Self(name, machine(run.host()), Version.text(), Instant.now(), now());
  }

  private static String machine(Host host) throws CommandFailed, HostException {
    Optional<String> id = host.facts().text(MACHINE, LONGEST).map(String::strip);
    if (id.filter(text -> text.matches("[0-9a-f]{32}")).isEmpty()) {
      throw new CommandFailed(
              ExitCode.FAILED,
              "Machine without an id",
              """
              %s has no id. The hosts of a fleet know by it that two machines have one name.\
              """
                  .formatted(MACHINE))
          .suggesting("systemd-machine-id-setup");
    }
    return id.get();
  }

  // System.nanoTime is CLOCK_MONOTONIC, which begins anew with each boot
  private static Moment now() throws HostException {
    try {
      return new Moment(Files.readString(BOOT).strip(), System.nanoTime());
    } catch (IOException e) {
      throw new HostException("Cannot read " + BOOT + ": " + e.getMessage(), e);
    }
  }
}
