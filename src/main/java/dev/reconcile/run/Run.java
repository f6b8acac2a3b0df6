// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.code.SourcePins;
import dev.reconcile.host.HostException;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.source.Repository;
import dev.reconcile.source.Tip;
import dev.reconcile.state.StateFile;
import java.util.ArrayList;
import java.util.List;

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
    try (FetchedCommit commit = FetchedCommit.fetch(run, state, repository);
        LoadedRevision loaded = LoadedRevision.of(run, state, commit, new SourcePins.Newest())) {
      RunResult result =
          new Convergence(
                  run,
                  state,
                  loaded,
                  PlanOptionsParser.of(run.arguments(), loaded.desired().apps()))
              .of(RunCommand.apply(commit.name()), commit.isStale());
      return hadNothingToDo(run, result)
          ? remembered(run, repository, noop, loaded, result)
          : result;
    }
  }

  private static boolean hadNothingToDo(RunContext run, RunResult result) {
    return !run.dry()
        && isWithoutMaintenance(result)
        && result.code() == ExitCode.OK
        && result.plan().stream().allMatch(Plan::isEmpty);
  }

  // Each run reports a maintenance.
  private static boolean isWithoutMaintenance(RunResult result) {
    return result.applied().stream().allMatch(applied -> applied.state().maintenance().isEmpty());
  }

  private static RunResult remembered(
      RunContext run,
      Repository repository,
      NoopCheck noop,
      LoadedRevision loaded,
      RunResult result)
      throws CommandFailed {
    List<Tip> tips = new ArrayList<>(repository.tips());
    tips.addAll(loaded.checkouts().tips());
    try {
      noop.remember(result, tips);
      return result;
    } catch (HostException e) {
      return result.with(run.refused(e));
    }
  }
}
