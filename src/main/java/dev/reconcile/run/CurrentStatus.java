// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.doctor.DoctorContext;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.report.Suspension;
import dev.reconcile.report.Timestamps;
import dev.reconcile.source.Repository;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.StateFile;
import dev.reconcile.status.ExpectedState;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.StatusCollector;
import dev.reconcile.status.StatusContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The current status of a host. The expected state is the last applied commit, from the cache of
 * the repository; for a held app it is the commit that is applied to this app. The drift is the
 * plan for the last applied commit.
 *
 * <p>Invariant: no repository is contacted, and nothing is written.
 */
public final class CurrentStatus {
  private CurrentStatus() {}

  /**
   * Collects the status of a host.
   *
   * @param suspension the suspension of this host, if there is one
   */
  public static HostStatus of(
      Invocation arguments, Host host, Instant now, Optional<Suspension> suspension)
      throws CommandFailed, HostException {
    Optional<DoctorContext.Holder> run = otherRun(host);
    State state = StateFile.load(host.facts());
    List<Diagnostic> notices = new ArrayList<>();
    run.ifPresent(holder ->
        notices.add(
            Diagnostic.notice(
                "Run in progress",
                """
                A run is in progress since %s (pid %s), so the status may show an \
                intermediate state.\
                """
                    .formatted(Timestamps.text(holder.since()), holder.pid()))));
    suspension.map(Suspension::notice).ifPresent(notices::add);
    state.maintenance().forEach((app, one) -> notices.add(one.notice(app)));
    return StatusCollector.of(
        host,
        state,
        expected(arguments, host, state),
        new StatusContext(Hostname.of(arguments), now, run.isPresent(), notices));
  }

  // A run writes the status page while it still holds the lock, after its work is done.
  private static Optional<DoctorContext.Holder> otherRun(Host host) throws HostException {
    return RunLock.holder(host).filter(holder -> holder.pid() != ProcessHandle.current().pid());
  }

  private static ExpectedState expected(Invocation arguments, Host host, State state)
      throws HostException {
    String revision = revision(host, state);
    if (revision.isEmpty()) {
      return ExpectedState.unknown("no commit has been applied yet.");
    }
    // The state has the live commit of each app's source, so no source is contacted.
    try (FetchedCommit fetched =
            FetchedCommit.known(arguments, host, state, Repository.Mode.TEMPORARY, revision);
        LoadedRevision reading =
            LoadedRevision.of(
                arguments, host, state, fetched, SourcePins.PRESENT, diagnostic -> {})) {
      PlanOptions options =
          new PlanOptions(
              false,
              !arguments.has(RunOptions.NO_PRUNE),
              -1,
              Set.of(),
              PlanOptions.ReleaseMode.NONE);
      LiveState live = Observer.observe(host.facts(), reading.desired(), state);
      Plan plan = Planner.plan(reading.desired(), live, options);
      SortedMap<String, Diagnostic> faults = LogFolders.faults(host.facts(), plan, reading.apps());
      if (!faults.isEmpty()) {
        plan = Planner.plan(reading.desired(), live, options, faults);
      }
      return AppliedApps.of(arguments, host, state, reading, plan);
    } catch (CommandFailed e) {
      Set<String> why =
          e.diagnostics().stream()
              .map(CurrentStatus::words)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      return ExpectedState.unknown(String.join(" ", why));
    }
  }

  private static String words(Diagnostic diagnostic) {
    return diagnostic.summary() + ": " + diagnostic.detail();
  }

  // The host should match a commit even if it was applied only in part. The target of a rollback
  // describes only some apps, and no run applies it again, so it does not count.
  private static String revision(Host host, State state) throws HostException {
    return LastRun.load(host.facts())
        .filter(run -> run.command().equals("apply") && !run.revision().isEmpty())
        .map(LastRun::revision)
        .orElse(state.revision());
  }
}
