// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.EngineFailure;
import dev.reconcile.fleet.Exchange;
import dev.reconcile.fleet.FleetRules;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Operators;
import dev.reconcile.fleet.Reading;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.WaitNotice;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.notify.StatusPageFile;
import dev.reconcile.report.FleetJson;
import dev.reconcile.report.FleetPage;
import dev.reconcile.report.FleetText;
import dev.reconcile.run.FleetAccess;
import dev.reconcile.run.FleetAccess.Group;
import dev.reconcile.run.HostFactory;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the command {@code fleet} does. Each change is one exchange with the engine. */
final class FleetActions {
  private static final int MOST_TRIES = 20;
  private static final int LONGEST_REASON = 300;
  private static final Operators OPERATORS = new Operators(FleetRules.CONTRACT);

  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;

  FleetActions(Invocation arguments, Console console, HostFactory hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
  }

  /** A change of a gate by an operator. */
  private interface Change {
    Gate of(Gate gate) throws CommandFailed;
  }

  ExitCode start() throws CommandFailed, HostException {
    FleetAccess access = FleetAccess.open(arguments, console, hosts);
    FleetAccess.Beginning beginning = access.beginning();
    Group group = beginning.group();
    try {
      Reading reading = group.engine().read(access.host());
      if (reading.gate().isPresent() && !arguments.has(FleetCommand.AGAIN)) {
        throw CommandFailed.request(
                "Group started already",
                """
                The group %s has release %d. Start it again only if its gate is older than what \
                its hosts have seen, and no host is at it.\
                """
                    .formatted(group.name(), reading.gate().get().newest()))
            .suggesting("reconcile fleet status");
      }
      Gate gate =
          Operators.start(
              reading.gate(), beginning.seen(), beginning.stable(), beginning.numbers());
      Exchange change = new Exchange(Optional.of(gate), new Exchange.KeepRow());
      if (!group.engine().exchange(reading, change).isDone()) {
        throw changing();
      }
      reading
          .gate()
          .map(old -> String.join(", ", old.holders().keySet()))
          .filter(holders -> !holders.isEmpty())
          .ifPresent(holders -> warnOfSlots("one of " + holders));
      say(
          "Started the group %s with release %d (%s)."
              .formatted(
                  group.name(),
                  gate.stable().number(),
                  Revisions.shortened(gate.stable().revisions().commit())));
      return ExitCode.OK;
    } catch (EngineException e) {
      throw FleetAccess.failed(e);
    }
  }

  ExitCode status() throws CommandFailed, HostException {
    FleetAccess access = FleetAccess.open(arguments, console, hosts);
    Host here = access.machine();
    Optional<String> page =
        arguments.value(CommonOptions.HTML).map(path -> StatusPageFile.typed(here, path));
    if (page.isPresent()) {
      StatusPageFile.check(page.get());
      HostFactory.requireRoot(here, "The page is a file of root. Use sudo.");
    }
    Group group = access.group();
    try {
      Gate gate = gate(group, group.engine().read(access.host()));
      FleetStatus status = new FleetStatus(group.name(), gate, group.engine().rows().byHost());
      Instant now = Instant.now();
      boolean all = arguments.has(FleetCommand.ALL);
      if (page.isPresent()) {
        StatusPageFile.write(here, page.get(), FleetPage.of(status, now, all, Version.text()));
      }
      console.print(
          arguments.has(CommonOptions.JSON)
              ? FleetJson.of(status, Version.text())
              : FleetText.of(status, now, all));
      return status.isWell() ? ExitCode.OK : ExitCode.FAILED;
    } catch (EngineException e) {
      throw FleetAccess.failed(e);
    }
  }

  ExitCode halt() throws CommandFailed, HostException {
    String reason = arguments.value(CommonOptions.REASON).orElse("").strip();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON || !TextFormat.LINE.accepts(reason)) {
      throw Invocation.usage(
          "Missing reason",
          "Pass the reason in one line, for other administrators: --reason TEXT.");
    }
    FleetAccess access = FleetAccess.open(arguments, console, hosts);
    String by = console.person() + " on " + access.host();
    Done done = exchange(access, access.host(), false, one -> OPERATORS.halt(one, by, reason));
    say("Halted: " + reason);
    done.before()
        .held()
        .ifPresent(held -> say("Before, %s had halted it: %s".formatted(held.by(), held.why())));
    if (!done.after().holders().isEmpty()) {
      say("Still at it: " + String.join(", ", done.after().holders().keySet()));
    }
    return ExitCode.OK;
  }

  ExitCode resume() throws CommandFailed, HostException {
    FleetAccess access = FleetAccess.open(arguments, console, hosts);
    boolean isNewest = arguments.has(FleetCommand.NEWEST);
    Gate gate =
        exchange(
                access,
                access.host(),
                false,
                one -> isNewest ? OPERATORS.resumeNewest(one) : OPERATORS.resume(one))
            .after();
    say("Resumed. The stable release is %d.".formatted(gate.stable().number()));
    boolean isStuck =
        gate.candidate().isPresent()
            && FleetRules.CONTRACT.hasFailed(gate, gate.candidate().get().number());
    if (isStuck) {
      console.say(
          Diagnostic.notice(
              "Failed candidate",
              """
              Release %d has failed on a canary, which no resume forgives. A later commit \
              replaces it.\
              """
                  .formatted(gate.newest())));
    }
    return ExitCode.OK;
  }

  ExitCode skip(Optional<String> named) throws CommandFailed, HostException {
    if (named.isEmpty() || !TextFormat.HOSTNAME.accepts(named.get())) {
      throw Invocation.usage(
          "Missing host after skip",
          "Name the host for which the group does not wait any more, as fleet status shows it.");
    }
    String host = named.get();
    FleetAccess access = FleetAccess.open(arguments, console, hosts);
    boolean forgets = arguments.has(FleetCommand.FORGET);
    requireKnown(access, host);
    Done done = exchange(access, host, forgets, gate -> OPERATORS.skip(gate, host));
    if (done.before().holders().containsKey(host)) {
      warnOfSlots(host);
    }
    boolean isIdle = !forgets && done.after().equals(done.before());
    say(
        isIdle
            ? "Nobody waits for %s: it has no slot, no failure and nothing to prove."
                .formatted(host)
            : (forgets ? "Forgotten: " : "Skipped: ") + host);
    return ExitCode.OK;
  }

  private void requireKnown(FleetAccess access, String host) throws CommandFailed, HostException {
    Group group = access.group();
    try {
      Gate gate = gate(group, group.engine().read(host));
      FleetStatus status = new FleetStatus(group.name(), gate, group.engine().rows().byHost());
      SortedSet<String> names = new TreeSet<>();
      status.hosts().forEach(line -> names.add(line.name()));
      if (!names.contains(host)) {
        throw Invocation.usage(
            "No such host in the group",
            "%s: the group %s has no host of this name.%s"
                .formatted(host, group.name(), Suggestion.sentence(host, names)));
      }
    } catch (EngineException e) {
      throw FleetAccess.failed(e);
    }
  }

  private void warnOfSlots(String holder) {
    console.say(
        Diagnostic.warning(
            "Slot of a host removed",
            "If %s is still at it, it is one too many from now on.".formatted(holder)));
  }

  /** A gate before and after a change. */
  private record Done(Gate before, Gate after) {}

  // Hosts exchange the gate all the time, so a change is tried again on what they have left.
  private Done exchange(FleetAccess access, String host, boolean removesRow, Change change)
      throws CommandFailed, HostException {
    Group group = access.group();
    try {
      Reading reading = group.engine().read(host);
      for (int i = 0; i < MOST_TRIES; i++) {
        Gate before = gate(group, reading);
        Gate next = change.of(before);
        Exchange.RowChange row =
            removesRow && reading.row().isPresent()
                ? new Exchange.RemoveRow()
                : new Exchange.KeepRow();
        var answer = group.engine().exchange(reading, new Exchange(Optional.of(next), row));
        if (answer.isDone()) {
          return new Done(before, next);
        }
        reading = answer.now();
      }
      throw changing();
    } catch (EngineException e) {
      throw FleetAccess.failed(e);
    }
  }

  private static CommandFailed changing() {
    return new CommandFailed(
        ExitCode.UNAVAILABLE,
        "Gate changed meanwhile",
        "Hosts have changed the gate at the same time. Nothing was done; try again.");
  }

  private static Gate gate(Group group, Reading reading) throws CommandFailed {
    return reading
        .gate()
        .orElseThrow(() ->
            new CommandFailed(
                    ExitCode.UNAVAILABLE,
                    EngineFailure.NO_RECORD.summary(),
                    WaitNotice.noGroup(group.name()))
                .suggesting("reconcile fleet start"));
  }

  private void say(String line) {
    if (!console.isQuiet()) {
      console.print(line + "\n");
    }
  }
}
