// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Change;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.plan.HostUnits;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a change or handler that belongs to one phase.
 *
 * @param subject the address of the change or the id of the handler
 * @param app the app, empty for the host
 * @param steps the steps, in order
 * @param change the change, if the task is part of one
 * @param due the handler, if the task is part of one
 * @param isLast whether the change or handler is complete after the task
 */
record Task(
    String subject,
    String app,
    List<Step> steps,
    Optional<Change> change,
    Optional<PendingHandler> due,
    boolean isLast) {
  Task {
    steps = List.copyOf(steps);
  }

  /** Creates the task of a whole change, without its steps. */
  static Task of(Change change) {
    return new Task(
        change.address().toString(),
        change.app(),
        List.of(),
        Optional.of(change),
        Optional.empty(),
        true);
  }

  /** Creates a task without steps that reports the result of a check of an app. */
  static Task ofCheck(String subject, String app) {
    return new Task(subject, app, List.of(), Optional.empty(), Optional.empty(), true);
  }

  /** Reports whether the task consists only of health checks. */
  boolean onlyAsks() {
    return due.isPresent()
        && !steps.isEmpty()
        && steps.stream().allMatch(Step.AwaitHealth.class::isInstance);
  }

  /** Reports whether the task concerns this unit of the host. */
  boolean isPartOf(String unit) {
    return app.isEmpty()
        && (change.stream().anyMatch(resource -> HostUnits.isPart(resource.address(), unit))
            || due.stream().anyMatch(pending -> pending.handler().id().endsWith(" " + unit)));
  }

  /** Creates the tasks of a plan by phase; within a phase, handlers follow changes. */
  static Map<Phase, List<Task>> of(Plan plan) {
    Map<Phase, List<Task>> tasks = new EnumMap<>(Phase.class);
    for (PlannedChange planned : plan.changes()) {
      add(planned, tasks);
    }
    for (PendingHandler due : plan.handlers()) {
      Task whole =
          new Task(
              due.handler().id(),
              due.handler().app(),
              List.of(),
              Optional.empty(),
              Optional.of(due),
              true);
      split(whole, due.actions(), tasks);
    }
    return tasks;
  }

  private static void add(PlannedChange planned, Map<Phase, List<Task>> tasks) {
    split(of(planned.change()), planned.actions(), tasks);
  }

  private static void split(Task whole, List<PhasedStep> actions, Map<Phase, List<Task>> tasks) {
    Map<Phase, List<Step>> byPhase = new EnumMap<>(Phase.class);
    actions.forEach(a -> byPhase.computeIfAbsent(a.phase(), p -> new ArrayList<>()).add(a.step()));
    Phase last = last(byPhase);
    for (Map.Entry<Phase, List<Step>> entry : byPhase.entrySet()) {
      put(
          tasks,
          entry.getKey(),
          new Task(
              whole.subject(),
              whole.app(),
              entry.getValue(),
              whole.change(),
              whole.due(),
              entry.getKey() == last));
    }
  }

  // The removal of unused trees, and of a standby instance from whose requests were led back, does
  // not count as part of the change.
  private static Phase last(Map<Phase, List<Step>> byPhase) {
    Phase last = Phase.USERS;
    for (Map.Entry<Phase, List<Step>> entry : byPhase.entrySet()) {
      boolean clearing = entry.getValue().stream().allMatch(Task::isClearing);
      if (!clearing || last == Phase.USERS) {
        last = entry.getKey();
      }
    }
    return last;
  }

  private static boolean isClearing(Step step) {
    return step instanceof Step.DiscardTrees
        || step instanceof Step.DrainAddress
        || step instanceof Step.StopStandby;
  }

  private static void put(Map<Phase, List<Task>> tasks, Phase phase, Task task) {
    tasks.computeIfAbsent(phase, p -> new ArrayList<>()).add(task);
  }
}
