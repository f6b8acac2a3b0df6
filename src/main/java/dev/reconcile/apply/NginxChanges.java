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
import java.util.concurrent.CopyOnWriteArrayList;

/** What this run has changed of what nginx reads, so that it can be taken back as a whole. */
final class NginxChanges {
  /** What makes nginx take up its files. */
  static final List<Step> TAKE_UP = List.of(new Step.TestNginx(), new Step.ReloadNginx());

  private final Plan plan;
  private final Steps steps;
  private final RunRecorder ledger;
  private final List<Change> begun = new CopyOnWriteArrayList<>();

  /**
   * How it is after the changes have been taken back.
   *
   * @param diagnostic what was wrong, and how it is now
   * @param works whether nginx has taken up what it had before
   * @param apps whose changes were taken back, the host's own (empty) first
   */
  record Restored(Diagnostic diagnostic, boolean works, List<String> apps) {}

  NginxChanges(Plan plan, Steps steps, RunRecorder ledger) {
    this.plan = plan;
    this.steps = steps;
    this.ledger = ledger;
  }

  /** A task begins. */
  void begins(Task task) {
    task.change().filter(ChangeLabels::isNginx).ifPresent(begun::add);
  }

  /** Takes all of them back, and has nginx take that up. */
  Restored restore(Diagnostic failure) {
    List<Change> all = List.copyOf(begun);
    List<String> lost = new ArrayList<>();
    for (Change change : all.reversed()) {
      StepError.in(steps, ledger.waysBack().undoOf(change).steps())
          .ifPresent(_ -> lost.add(change.address().name()));
    }
    ledger.undone(all, "taken back, because nginx refused it");
    Optional<StepError> still = StepError.in(steps, TAKE_UP);
    String more =
        lost.isEmpty()
            ? """

            The sites are as they were before this run%s\
            """
                .formatted(
                    still.isEmpty()
                        ? "."
                        : ", and nginx refused its configuration then too: it was broken before. Mend"
                            + " the file it names.")
            : "\nThese could not be brought back: " + String.join(", ", lost);
    List<String> apps = all.stream().map(Change::app).distinct().sorted().toList();
    return new Restored(
        Diagnostic.error(failure.summary(), failure.detail() + more),
        still.isEmpty() && lost.isEmpty(),
        apps);
  }

  /**
   * Makes one app's changes again, after all were taken back, and has nginx take them up; if it
   * does not, they are taken back again. The app is to blame for what nginx's test refuses. What it
   * does not take up after a test that passed is for the host to mend: who has a port that it
   * wants, say.
   */
  Optional<StepError> redo(String app) {
    List<Change> own = begun.stream().filter(change -> change.app().equals(app)).toList();
    List<Step> again = new ArrayList<>();
    for (PlannedChange planned : plan.changes()) {
      if (own.contains(planned.change())) {
        planned.actions().forEach(action -> again.add(action.step()));
      }
    }
    Optional<StepError> fault =
        StepError.in(steps, again)
            .or(() ->
                StepError.in(steps, List.of(new Step.TestNginx()))
                    .map(one -> new StepError(one.diagnostic(), true, false)))
            .or(() -> StepError.in(steps, List.of(new Step.ReloadNginx())));
    if (fault.isEmpty()) {
      ledger.redone(own);
    } else {
      own.reversed()
          .forEach(change -> StepError.in(steps, ledger.waysBack().undoOf(change).steps()));
    }
    return fault;
  }
}
