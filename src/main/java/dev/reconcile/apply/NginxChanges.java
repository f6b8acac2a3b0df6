// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The changes of this run to nginx's files, which can be undone as a whole. */
final class NginxChanges {
  /** The steps that make nginx load its files. */
  static final List<Step> TAKE_UP = List.of(new Step.TestNginx(), new Step.ReloadNginx());

  private final Plan plan;
  private final Steps steps;
  private final RunRecorder recorder;
  private final List<Change> begun = new CopyOnWriteArrayList<>();

  /**
   * The result of undoing the changes.
   *
   * @param diagnostic the failure, and the state after the undo
   * @param works whether nginx has loaded the earlier files
   * @param apps the apps whose changes were undone; the host ("") is first
   */
  record Restored(Diagnostic diagnostic, boolean works, List<String> apps) {}

  NginxChanges(Plan plan, Steps steps, RunRecorder recorder) {
    this.plan = plan;
    this.steps = steps;
    this.recorder = recorder;
  }

  /** Records the begin of a task. */
  void begins(Task task) {
    task.change().filter(ChangeLabels::isNginx).ifPresent(begun::add);
  }

  /** Makes nginx test and load its files. */
  Optional<FailedStep> takeUp() {
    return FailedStep.in(steps, TAKE_UP);
  }

  /** Undoes all changes and reloads nginx. */
  Restored restore(Diagnostic failure) {
    List<Change> all = List.copyOf(begun);
    List<String> lost = new ArrayList<>();
    for (Change change : all.reversed()) {
      FailedStep.in(steps, recorder.waysBack().undoOf(change).steps())
          .ifPresent(_ -> lost.add(change.address().name()));
    }
    recorder.undone(all, "undone, because nginx refused it");
    Optional<FailedStep> still = FailedStep.in(steps, TAKE_UP);
    String more =
        lost.isEmpty()
            ? "\nThe sites are as they were before this run" + left(still) + "."
            : "\nThese files could not be restored: " + String.join(", ", lost);
    List<String> apps = all.stream().map(Change::app).distinct().sorted().toList();
    return new Restored(
        Diagnostic.error(failure.summary(), failure.detail() + more),
        still.isEmpty() && lost.isEmpty(),
        apps);
  }

  // What is wrong with the restored sites; empty if nginx has loaded them.
  private static String left(Optional<FailedStep> still) {
    if (still.isEmpty()) {
      return "";
    }
    String summary = still.get().diagnostic().summary();
    return summary.equals(NginxControl.REFUSED)
        ? ", but nginx refuses them, too. Fix the file that it names"
        : ", but nginx did not load them: " + summary;
  }

  /**
   * Redoes the changes of some apps after all were undone, and reloads nginx. If nginx refuses
   * them, they are undone again. The apps are to blame for what nginx's test refuses. A reload that
   * fails after the test has passed is a failure of the host, such as a port that is in use.
   */
  Optional<FailedStep> redo(Set<String> apps) {
    List<Change> own = begun.stream().filter(change -> apps.contains(change.app())).toList();
    List<Step> again = new ArrayList<>();
    for (PlannedChange planned : plan.changes()) {
      if (own.contains(planned.change())) {
        planned.actions().forEach(action -> again.add(action.step()));
      }
    }
    Optional<FailedStep> fault =
        FailedStep.in(steps, again)
            .or(() ->
                FailedStep.in(steps, List.of(new Step.TestNginx()))
                    .map(failed -> new FailedStep(failed.diagnostic(), true, false)))
            .or(() -> FailedStep.in(steps, List.of(new Step.ReloadNginx())));
    if (fault.isEmpty()) {
      recorder.redone(own);
    } else {
      own.reversed()
          .forEach(change -> FailedStep.in(steps, recorder.waysBack().undoOf(change).steps()));
    }
    return fault;
  }
}
