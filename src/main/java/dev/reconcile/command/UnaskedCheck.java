// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.adopt.NginxTree;
import dev.reconcile.adopt.OtherConfigFiles;
import dev.reconcile.adopt.RemainingClients;
import dev.reconcile.adopt.Unit;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.scan.Connections;
import dev.reconcile.scan.NginxDump;
import dev.reconcile.scan.OtherConfigScan;
import dev.reconcile.scan.UnitScan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The check whether an adopted service still has clients, before its owner stops it. */
final class UnaskedCheck {

  private final Host host;
  private final Facts facts;
  private final Console console;
  private final String hostname;

  UnaskedCheck(Host host, Console console, String hostname) {
    this.host = host;
    this.facts = host.facts();
    this.console = console;
    this.hostname = hostname;
  }

  /** Prints the clients of a unit; returns {@code OK} if there are none. */
  ExitCode check(String name) throws CommandFailed, HostException {
    List<Unit> units = new UnitScan(host, ServerAdoption.processes(), hostname).all();
    Optional<Unit> unit =
        units.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    if (unit.isEmpty()) {
      throw new CommandFailed(ExitCode.FAILED, "No such unit", "systemd has no unit " + name + ".");
    }
    if (!unit.get().isRunning()) {
      console.print(name + " does not run, so it has no clients.\n");
      return ExitCode.OK;
    }
    NginxTree nginx =
        NginxTree.of(NginxDump.configuration(host), ServerAdoption.ownNames(hostname));
    OtherConfigFiles elsewhere = new OtherConfigFiles(OtherConfigScan.read(facts), units);
    RemainingClients asked = RemainingClients.of(unit.get(), this::text, nginx, elsewhere);
    List<String> reasons = new ArrayList<>(asked.reasons());
    if (reasons.isEmpty() && !isQuiet(asked.addresses())) {
      reasons.add("There are connections to " + String.join(" and ", asked.addresses()) + ".");
    }
    if (reasons.isEmpty()) {
      console.print(name + " has no clients any more.\n");
      return ExitCode.OK;
    }
    console.print(
        name + " still has clients, so do not stop it:\n  " + String.join("\n  ", reasons) + "\n");
    return ExitCode.FAILED;
  }

  private static boolean isQuiet(List<String> addresses) throws HostException {
    try {
      return new Connections(addresses).end();
    } catch (IOException e) {
      throw new HostException("Cannot inspect the connections: " + e, e);
    }
  }

  private Optional<String> text(String path) {
    try {
      return facts.text(path, Limits.CONFIG_FILE);
    } catch (HostException e) {
      return Optional.empty();
    }
  }
}
