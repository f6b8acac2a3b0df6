// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.State;
import dev.reconcile.web.SiteFailure;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result of an apply.
 *
 * @param outcomes the outcomes of all changes, handlers and checks, in the order of {@link
 *     OutcomeLog}
 * @param rolledBack the apps that were rolled back, in the order of their names
 * @param unreached by app: why visitors do not reach it although it matches the desired state
 * @param state the state after the apply
 * @param notices notices that do not make the apply a failure
 */
public record Applied(
    List<Outcome> outcomes,
    List<RolledBack> rolledBack,
    SortedMap<String, SiteFailure> unreached,
    State state,
    List<Diagnostic> notices) {
  /** The result of an apply without changes. */
  public static final Applied NOTHING = new Applied(List.of(), List.of(), State.EMPTY);

  public Applied {
    outcomes = List.copyOf(outcomes);
    rolledBack = List.copyOf(rolledBack);
    unreached = Collections.unmodifiableSortedMap(new TreeMap<>(unreached));
    notices = List.copyOf(notices);
  }

  /** Creates a result without unreachable apps and notices. */
  public Applied(List<Outcome> outcomes, List<RolledBack> rolledBack, State state) {
    this(outcomes, rolledBack, new TreeMap<>(), state, List.of());
  }

  /** Reports whether every change and handler is done. */
  public boolean isComplete() {
    return outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Done);
  }

  /**
   * Reports whether each outcome is done, deferred, or belongs to an app that was rolled back
   * completely.
   */
  public boolean isSettled() {
    Set<String> back = appsBack();
    return outcomes.stream()
        .allMatch(outcome -> outcome.isSettled() || back.contains(outcome.app()));
  }

  /**
   * Reports whether each outcome of an app is done, deferred, or belongs to an app that was rolled
   * back completely.
   */
  public boolean isSettledForApps() {
    Set<String> back = appsBack();
    return outcomes.stream()
        .filter(outcome -> !outcome.app().isEmpty())
        .allMatch(outcome -> outcome.isSettled() || back.contains(outcome.app()));
  }

  /** Returns the apps that are completely back in their state before the run. */
  Set<String> appsBack() {
    return rolledBack.stream()
        .filter(app -> app.problem().isEmpty())
        .map(RolledBack::app)
        .collect(Collectors.toSet());
  }

  /** Counts the outcomes that are done. */
  public long doneCount() {
    return outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done).count();
  }
}
