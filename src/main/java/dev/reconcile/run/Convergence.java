// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Applier;
import dev.reconcile.apply.RunCommand;
import dev.reconcile.apply.SideBySide;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.code.ForeignFiles;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.PruneProtection;
import dev.reconcile.plan.StateUpgrade;
import dev.reconcile.report.PlanText;
import dev.reconcile.state.StateFile;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.SitesNotRead;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The second half of a run. It observes the host, plans, tries the plan, and applies it unless the
 * run is dry.
 */
final class Convergence {
  private final RunContext run;
  private final State state;
  private final LoadedRevision loaded;
  private final PlanOptions options;
  private final Restraint restraint;

  /**
   * What a run must leave as it is, although the desired state asks for it.
   *
   * @param waiting app to the reason why it waits; it is no failure of the run
   * @param mayChange whether the run may change anything at all
   */
  record Restraint(SortedMap<String, Diagnostic> waiting, boolean mayChange) {
    /** No restraint. */
    static final Restraint NONE = new Restraint(Collections.emptySortedMap(), true);
  }

  /**
   * @param run the run
   * @param state the state that the run started from
   * @param loaded the desired state
   * @param options the options of the plan
   */
  Convergence(RunContext run, State state, LoadedRevision loaded, PlanOptions options) {
    this(run, state, loaded, options, Restraint.NONE);
  }

  /**
   * @param run the run
   * @param state the state that the run started from
   * @param loaded the desired state
   * @param options the options of the plan
   * @param restraint what the run must leave as it is
   */
  Convergence(
      RunContext run,
      State state,
      LoadedRevision loaded,
      PlanOptions options,
      Restraint restraint) {
    this.run = run;
    this.state = state;
    this.loaded = loaded;
    this.options = options;
    this.restraint = restraint;
  }

  /**
   * Makes the host match the desired state.
   *
   * @param command the command of the run, to be recorded
   * @param isStale whether the desired state is the last good commit of an unreachable repo
   */
  RunResult of(RunCommand command, boolean isStale) throws CommandFailed {
    RunResult result = RunResult.loaded(loaded.desired().apps().size());
    state.maintenance().forEach((app, one) -> run.log().say(one.notice(app)));
    try {
      ScheduleTimes times = new ScheduleTimes(run.host(), loaded.apps());
      TrialedPlan trialed = trialed(times);
      Plan tried = trialed.plan();
      Plan plan =
          tried
              .with(ForeignFiles.warnings(run.host().facts(), tried))
              .with(DataNotices.of(run.host().facts(), tried, loaded.apps()))
              .with(times.notices(tried));
      result = result.planned(plan);
      boolean mayApply = restraint.mayChange() || plan.isEmpty();
      if (!run.dry() && !plan.hasErrors() && mayApply) {
        result = result.applied(apply(plan, command, trialed.unread().isEmpty()));
      }
      return result.with(code(plan, result.applied(), trialed.isHostAtFault(), isStale));
    } catch (HostException e) {
      return result.with(run.refused(e));
    }
  }

  private TrialedPlan trialed(ScheduleTimes times) throws CommandFailed, HostException {
    Host host = run.host();
    DesiredState desired = loaded.desired();
    LiveState live =
        OwedReload.of(host.facts(), Observer.observe(host.facts(), desired, state), loaded.sites());
    DataMoves moves = DataMoves.of(host, loaded.apps(), run.arguments());
    TakenOverDirectories taken =
        new TakenOverDirectories(host, loaded, Hostname.of(run.arguments()), moves);
    TrialedPlan trialed =
        TrialedPlan.of(
            host,
            desired,
            live,
            options,
            plan -> {
              Map<String, Diagnostic> faults = new TreeMap<>(restraint.waiting());
              faults.putAll(moves.faults(plan));
              faults.putAll(taken.faults(plan));
              TakenOverTemplates.fault(host.facts(), plan, desired.apps())
                  .ifPresent(fault -> faults.put("", fault));
              faults.putAll(times.faults(plan));
              faults.putAll(LogFolders.faults(host.facts(), plan, loaded.apps()));
              faults.putAll(SiteFolders.faults(host.facts(), plan, loaded.sites().keySet()));
              return faults;
            },
            loaded.sites().values());
    trialed.refused().forEach(run.log()::say);
    trialed.unread().ifPresent(run.log()::say);
    if (run.dry()) {
      trialed.failures().forEach(run.log()::say); // an apply reports them as failures
    }
    return trialed;
  }

  private Applied apply(Plan plan, RunCommand command, boolean areSitesRead) throws HostException {
    State numbered =
        StateUpgrade.of(state, loaded.desired())
            .withNumbers(loaded.ports().own())
            .withProtected(PruneProtection.of(loaded.desired(), state, options));
    if (!numbered.equals(state)) {
      StateFile.save(run.host(), numbered);
    }
    if (!run.arguments().has(CommonOptions.JSON) && !run.console().isQuiet() && !plan.isEmpty()) {
      run.console().print(PlanText.of(plan, run.console().style()) + "\n");
    }
    Applied applied =
        Applier.apply(
            plan,
            numbered,
            command,
            run.host(),
            loaded.checkouts(),
            run.console(),
            new SideBySide(run.host(), loaded.desired().limits().parallel()),
            loaded.sites());
    SiteFailure.merged(applied.unreached()).stream()
        .map(SiteFailure::diagnostic)
        .filter(diagnostic -> areSitesRead || !diagnostic.summary().equals(SitesNotRead.SUMMARY))
        .forEach(run.log()::say);
    return applied;
  }

  private ExitCode code(
      Plan plan, Optional<Applied> applied, boolean isHostAtFault, boolean isStale) {
    boolean incomplete =
        applied.isPresent() && (!applied.get().isSettled() || !applied.get().unreached().isEmpty());
    if (plan.hasErrors() || incomplete || loaded.checkouts().isDegraded() || isHostAtFault) {
      return ExitCode.FAILED;
    }
    if (isStale) {
      return ExitCode.UNAVAILABLE;
    }
    if (!restraint.waiting().keySet().containsAll(plan.held().keySet())
        || loaded.postpones()
        || (applied.isPresent() && !applied.get().isComplete())) {
      return ExitCode.ROLLED_BACK;
    }
    boolean isDetailed = run.arguments().has(CommonOptions.DETAILED_EXIT_CODE);
    return isDetailed && !plan.isEmpty() ? ExitCode.CHANGED : ExitCode.OK;
  }
}
