// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Preparation;
import dev.reconcile.apply.SideBySide;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.Planned;
import dev.reconcile.fleet.Relation;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The plans for releases that a run makes before it asks for a slot.
 *
 * <p>Invariant: nothing that is live is changed, and a release whose files have mistakes counts as
 * one with changes, so that this host fails with it under a slot.
 */
final class FleetPlans {
  private final RunContext run;
  private final State state;
  private final FleetGit git;
  private final Revisions has;
  private Optional<Prepared> prepared = Optional.empty();

  /**
   * A release that is loaded.
   *
   * @param release its number
   * @param loaded its desired state
   * @param plan the plan for it
   * @param said the warnings and notices of its files
   */
  record Prepared(int release, LoadedRevision loaded, Plan plan, List<Diagnostic> said) {}

  /**
   * @param run the run
   * @param state the state that the run started from
   * @param git the repositories
   * @param has the revisions that this host has applied last
   */
  FleetPlans(RunContext run, State state, FleetGit git, Revisions has) {
    this.run = run;
    this.state = state;
    this.git = git;
    this.has = has;
  }

  /** Returns the release that was planned last, if it has this number and its files no mistake. */
  Optional<Prepared> prepared(int release) {
    return prepared.filter(one -> one.release() == release);
  }

  /** Fetches a release, and returns what the plan for it says. */
  Planned of(FleetRelease release) throws CommandFailed, HostException {
    prepared = Optional.empty();
    Optional<FetchedCommit> commit = git.reachable(release.revisions().commit());
    if (commit.isEmpty()) {
      return planned(release, isAhead(release) ? Planned.Result.AHEAD : Planned.Result.MISSING);
    }
    if (isAhead(release)) {
      return planned(release, Planned.Result.AHEAD);
    }
    List<Diagnostic> said = new ArrayList<>();
    try {
      git.checkSignature(commit.get().commit());
      SourcePins pins = new SourcePins.Released(release.revisions().sources());
      LoadedRevision loaded = git.load(commit.get(), pins, said::add);
      if (loaded.checkouts().isBehind() || loaded.checkouts().isDegraded()) {
        said.forEach(run.log()::sayOnce);
        return planned(release, Planned.Result.MISSING);
      }
      if (isAhead(release)) { // only now the commits of the sources are here
        return planned(release, Planned.Result.AHEAD);
      }
      Plan plan = plan(loaded);
      prepared = Optional.of(new Prepared(release.number(), loaded, plan, said));
      SortedMap<String, String> pinned = new TreeMap<>(loaded.checkouts().commits());
      pinned.keySet().removeAll(release.revisions().sources().keySet());
      return new Planned(release.number(), result(loaded, plan), pinned);
    } catch (CommandFailed e) {
      if (!isOfRelease(e)) {
        throw e;
      }
      return planned(release, Planned.Result.CHANGES);
    }
  }

  /** Builds the release that was planned last, if its files have no mistake. */
  void prepare(int release) throws CommandFailed, HostException {
    Optional<Prepared> planned = prepared(release);
    if (planned.isEmpty() || planned.get().plan().hasErrors()) {
      return;
    }
    LoadedRevision loaded = planned.get().loaded();
    Preparation.of(
        planned.get().plan(),
        state,
        run.host(),
        loaded.checkouts(),
        run.console(),
        new SideBySide(run.host(), loaded.desired().limits().parallel()));
  }

  /** Tells whether a failure to load a commit is the commit's own. */
  static boolean isOfRelease(CommandFailed failure) {
    return failure.code() == ExitCode.INVALID || failure.code() == ExitCode.NOT_PERMITTED;
  }

  /** Returns the apps whose release steps a run of this desired state would run. */
  SortedSet<String> releasing(LoadedRevision loaded) throws CommandFailed, HostException {
    boolean mayBeDue = loaded.apps().stream().anyMatch(app -> !app.release().isEmpty());
    return mayBeDue ? releasing(plan(loaded)) : Collections.emptySortedSet();
  }

  /**
   * Requires that {@code --only} names all apps that have not taken a release, because what it
   * leaves out would follow without a turn.
   */
  void requireAllNamed(LoadedRevision loaded, int release) throws CommandFailed, HostException {
    PlanOptions some = PlanOptionsParser.of(run.arguments(), loaded.desired().apps());
    Plan all =
        plan(loaded, new PlanOptions(some.takeOver(), some.prune(), some.maxPrune(), Set.of()));
    SortedSet<String> left = new TreeSet<>();
    all.changes().forEach(change -> left.add(change.change().app()));
    all.handlers().forEach(due -> left.add(due.handler().app()));
    left.remove("");
    SortedSet<String> named = new TreeSet<>(left);
    named.addAll(some.only());
    left.removeAll(some.only());
    if (!left.isEmpty()) {
      throw CommandFailed.request(
              "Apps of the release left out",
              "Release %d failed on this host, and %s did not take it either. Apply all of them."
                  .formatted(release, String.join(", ", left)))
          .suggesting("reconcile --only " + String.join(" --only ", named));
    }
  }

  private static SortedSet<String> releasing(Plan plan) {
    SortedSet<String> apps = new TreeSet<>();
    for (PendingHandler due : plan.handlers()) {
      if (due.actions().stream().map(PhasedStep::step).anyMatch(FleetPlans::isRelease)) {
        apps.add(due.handler().app());
      }
    }
    return apps;
  }

  private static boolean isRelease(Step step) {
    return step instanceof Step.RunRelease;
  }

  private static Planned planned(FleetRelease release, Planned.Result result) {
    return new Planned(release.number(), result, Collections.emptySortedMap());
  }

  // Nothing goes back, except if somebody has typed that this host may.
  private boolean isAhead(FleetRelease release) {
    Relation relation = has.to(release.revisions(), git);
    return (relation == Relation.BEFORE || relation == Relation.APART)
        && !run.arguments().has(RunOptions.ALLOW_REWIND);
  }

  private static Planned.Result result(LoadedRevision loaded, Plan plan) {
    if (!releasing(plan).isEmpty()) {
      return Planned.Result.STEP;
    }
    boolean isEmpty =
        plan.isEmpty() && plan.held().isEmpty() && !plan.hasErrors() && !loaded.postpones();
    return isEmpty ? Planned.Result.EMPTY : Planned.Result.CHANGES;
  }

  private Plan plan(LoadedRevision loaded) throws CommandFailed, HostException {
    return plan(loaded, PlanOptionsParser.of(run.arguments(), loaded.desired().apps()));
  }

  private Plan plan(LoadedRevision loaded, PlanOptions options) throws HostException {
    Host host = run.host();
    LiveState live =
        OwedReload.of(
            host.facts(), Observer.observe(host.facts(), loaded.desired(), state), loaded.sites());
    return Planner.plan(loaded.desired(), live, options);
  }
}
