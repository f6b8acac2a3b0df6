// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.source.Repository;
import dev.reconcile.source.Tip;
import dev.reconcile.state.StateFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run of {@code apply} or {@code plan} in full. It fetches, loads, observes, plans, tries and
 * applies.
 */
public final class Run {
  private Run() {}

  /**
   * Performs the run.
   *
   * @param run the context of the run
   * @param repository the cache of the repo
   * @param noop records the inputs of a run without changes
   */
  public static RunResult of(RunContext run, Repository repository, NoopCheck noop)
      throws CommandFailed, HostException {
    noop.recall();
    State state = StateFile.load(run.host().facts());
    boolean isMember = isInFleet(run.host());
    boolean isOutOfTurn = run.arguments().has(RunOptions.OUT_OF_TURN);
    boolean asks = !run.dry() && !isOutOfTurn;
    if (asks && isMember) {
      Optional<RunResult> turn = FleetRun.of(run, state, repository, noop);
      if (turn.isPresent()) {
        return turn.get();
      }
    }
    try (FetchedCommit commit = FetchedCommit.fetch(run, state, repository);
        LoadedRevision loaded = LoadedRevision.of(run, state, commit, new SourcePins.Newest())) {
      if (asks && !isMember && loaded.fleet().isPresent()) {
        return FleetRun.of(run, state, repository, noop).orElseThrow();
      }
      RunResult result =
          new Convergence(
                  run,
                  state,
                  loaded,
                  PlanOptionsParser.of(run.arguments(), loaded.desired().apps()))
              .of(RunCommand.apply(commit.name()), commit.isStale());
      if (isMember || loaded.fleet().isPresent()) {
        if (run.dry()) {
          return isOutOfTurn ? result : FleetRun.forecast(run, state, repository, noop, result);
        }
        if (isOutOfTurn) {
          return OutOfTurn.noted(run, loaded, result);
        }
      }
      boolean owesWord = isMember && isInFleet(run.host());
      if (owesWord || !hadNothingToDo(run, result)) {
        return result;
      }
      List<Tip> tips = new ArrayList<>(repository.tips());
      tips.addAll(loaded.checkouts().tips());
      return remembered(run, noop, tips, result, Optional.empty());
    }
  }

  /**
   * Tells whether an earlier run has found that this host is in a fleet. A host in none loads no
   * class for this.
   */
  static boolean isInFleet(Host host) throws HostException {
    return Files.exists(host.onDisk(FleetRecordFile.PATH), LinkOption.NOFOLLOW_LINKS);
  }

  /** Tells whether a run has found nothing to do, so that it may be remembered. */
  static boolean hadNothingToDo(RunContext run, RunResult result) {
    return !run.dry()
        && isWithoutMaintenance(result)
        && result.code() == ExitCode.OK
        && result.plan().stream().allMatch(Plan::isEmpty);
  }

  // Each run reports a maintenance.
  private static boolean isWithoutMaintenance(RunResult result) {
    return result.applied().stream().allMatch(applied -> applied.state().maintenance().isEmpty());
  }

  /** Remembers the inputs of a run that had nothing to do. */
  static RunResult remembered(
      RunContext run, NoopCheck noop, List<Tip> tips, RunResult result, Optional<FleetMemory> turn)
      throws CommandFailed {
    try {
      noop.remember(result, tips, turn);
      return result;
    } catch (HostException e) {
      return result.with(run.refused(e));
    }
  }
}
