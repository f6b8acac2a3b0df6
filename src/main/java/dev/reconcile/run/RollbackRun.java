// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.host.HostException;
import dev.reconcile.model.State;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.state.StateFile;
import java.util.Map;
import java.util.SortedMap;

/**
 * A run that returns apps to an earlier commit.
 *
 * <p>Invariant: afterwards, the present revision of these apps is quarantined until it changes.
 * Otherwise the next run would undo the rollback.
 */
public final class RollbackRun {
  private RollbackRun() {}

  /**
   * Performs the rollback.
   *
   * @param run the context of the run
   */
  public static RunResult of(RunContext run) throws CommandFailed, HostException {
    State state = StateFile.load(run.host().facts());
    RollbackTarget target =
        RollbackTarget.of(
            ManifestStore.all(run.host().facts()),
            run.arguments().word(),
            run.arguments().value(RunOptions.TO));
    SortedMap<String, String> present;
    try (FetchedCommit now = known(run, state, state.revision());
        LoadedRevision loaded = LoadedRevision.of(run, state, now, SourcePins.PRESENT)) {
      present = Planner.digests(loaded.desired(), target.apps());
    }
    try (FetchedCommit then = known(run, state, target.base().revision());
        LoadedRevision loaded =
            LoadedRevision.of(run, state, then, new SourcePins.Kept(target.pins(), Map.of()))) {
      return to(run, state, target, present, loaded);
    }
  }

  private static FetchedCommit known(RunContext run, State state, String revision)
      throws CommandFailed, HostException {
    return FetchedCommit.known(run.arguments(), run.host(), state, run.mode(), revision);
  }

  private static RunResult to(
      RunContext run,
      State state,
      RollbackTarget target,
      SortedMap<String, String> present,
      LoadedRevision loaded)
      throws CommandFailed, HostException {
    SortedMap<String, String> past = Planner.digests(loaded.desired(), target.apps());
    State held = target.hold(state, present, past, run.host().runName());
    if (!run.dry()) {
      StateFile.save(run.host(), held);
    }
    PlanOptions options =
        new PlanOptions(
            run.arguments().has(CommonOptions.TAKE_OVER),
            true,
            -1,
            target.apps(),
            PlanOptions.ReleaseMode.NONE);
    RunResult result =
        new Convergence(run, held, loaded, options).of(RunCommand.rollback(state.repo()), false);
    if (result.applied().isEmpty()) {
      return result;
    }
    Applied applied = result.applied().get();
    State after = applied.state().withRevision(state.revision());
    State kept =
        applied.isComplete()
            ? target.hold(after, present, past, run.host().runName())
            : after.withTrials(target.release(applied.state(), state));
    try {
      StateFile.save(run.host(), kept);
      target.held(kept, run.host().runName()).forEach(run.log()::say);
      return result;
    } catch (HostException e) {
      return result.with(run.refused(e));
    }
  }
}
