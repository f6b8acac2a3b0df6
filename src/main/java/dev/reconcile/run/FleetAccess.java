// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.EngineFailure;
import dev.reconcile.fleet.FleetNumbers;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.Seen;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.State;
import dev.reconcile.source.Repository;
import dev.reconcile.state.StateFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The way of an administrator to the group of a host: from that host, or from a machine that has
 * the repo and a certificate.
 *
 * <p>Invariant: nothing of this machine is changed.
 */
public final class FleetAccess {
  private final RunContext run;
  private final State state;
  private final FleetRecord record;

  private FleetAccess(RunContext run, State state, FleetRecord record) {
    this.run = run;
    this.state = state;
    this.record = record;
  }

  /** A group and its engine. */
  public record Group(String name, Engine engine) {}

  /**
   * What a group starts with.
   *
   * @param group the group
   * @param stable what this host has applied last, or git's newest if it has applied nothing
   * @param numbers the numbers of the settings
   * @param seen the newest gate that this host has seen
   */
  public record Beginning(
      Group group, Revisions stable, FleetNumbers numbers, Optional<Seen> seen) {}

  /** Opens the way. */
  public static FleetAccess open(Invocation arguments, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Path root = arguments.root();
    RootDirectory.prepare(root, true);
    Instant now = Instant.now();
    Host host = hosts.open(root, RunId.at(now), List.of());
    RunContext run = RunContext.of(arguments, hosts, host, console, true, now);
    boolean mayRead = !host.facts().live() || Privileges.isRoot();
    return new FleetAccess(
        run,
        mayRead ? StateFile.load(host.facts()) : State.EMPTY,
        mayRead ? FleetRecordFile.load(host.facts()) : FleetRecord.EMPTY);
  }

  /** Returns the name of this host, or that of {@code --host}. */
  public String host() throws CommandFailed {
    return Hostname.of(run.arguments());
  }

  /** Returns this machine. */
  public Host machine() {
    return run.host();
  }

  /** Returns the group of this host: the one of its last run, or else that of the repo. */
  public Group group() throws CommandFailed, HostException {
    if (record.engine().isPresent()) {
      return group(record.engine().get());
    }
    try (Repository repository = FetchedCommit.cache(run);
        FleetGit git = new FleetGit(run, state, repository)) {
      return group(EngineAddress.of(settings(git)));
    }
  }

  private Group group(EngineAddress address) {
    return new Group(address.group(), run.hosts().engine(run.host(), address));
  }

  /** Returns what the group of this host starts with. */
  public Beginning beginning() throws CommandFailed, HostException {
    try (Repository repository = FetchedCommit.cache(run);
        FleetGit git = new FleetGit(run, state, repository)) {
      FleetSettings settings = settings(git);
      Revisions has = git.has(record);
      Revisions stable = has.commit().isEmpty() ? git.tips(git.fetchNewest()) : has;
      return new Beginning(
          group(EngineAddress.of(settings)), stable, FleetNumbers.of(settings), record.seen());
    }
  }

  private static FleetSettings settings(FleetGit git) throws CommandFailed, HostException {
    boolean canFetch = git.newest().isPresent();
    return git.settings(canFetch)
        .orElseThrow(() ->
            CommandFailed.request(
                "Host in no fleet",
                "The section fleet of reconcile.yaml names the engine. This host has none."));
  }

  /** Returns the failure of a command whose engine has failed. */
  public static CommandFailed failed(EngineException e) {
    return new CommandFailed(code(e), List.of(e.diagnostic()));
  }

  /** Returns the exit code of a command, or of a run that waits, whose engine has failed. */
  static ExitCode code(EngineException e) {
    return e.failure() == EngineFailure.REFUSED ? ExitCode.NOT_PERMITTED : ExitCode.UNAVAILABLE;
  }
}
