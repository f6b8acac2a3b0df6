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
 * What an apply did.
 *
 * @param outcomes one for each change and handler, in the order in which they ended
 * @param rolledBack the apps that were taken back, in the order in which it happened
 * @param unreached apps that visitors do not get although they are as they should be, and why
 * @param memory what is remembered afterwards
 * @param notices what a person should know although all went well
 */
public record Applied(
    List<Outcome> outcomes,
    List<RolledBack> rolledBack,
    SortedMap<String, SiteFailure> unreached,
    State memory,
    List<Diagnostic> notices) {
  /** What an apply did that had nothing to do. */
  public static final Applied NOTHING = new Applied(List.of(), List.of(), State.EMPTY);

  public Applied {
    outcomes = List.copyOf(outcomes);
    rolledBack = List.copyOf(rolledBack);
    unreached = Collections.unmodifiableSortedMap(new TreeMap<>(unreached));
    notices = List.copyOf(notices);
  }

  /** One after which visitors get every app, and of which there is no more to say. */
  public Applied(List<Outcome> outcomes, List<RolledBack> rolledBack, State memory) {
    this(outcomes, rolledBack, new TreeMap<>(), memory, List.of());
  }

  /** Whether all went well. */
  public boolean isComplete() {
    return outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Done);
  }

  /** Whether all went well but for what was put off, and apps that are back at what they were. */
  public boolean isSettled() {
    Set<String> back = appsBack();
    return outcomes.stream()
        .allMatch(outcome -> outcome.isSettled() || back.contains(outcome.app()));
  }

  /** The same, whatever became of the host's own. */
  boolean isSettledForApps() {
    Set<String> back = appsBack();
    return outcomes.stream()
        .filter(outcome -> !outcome.app().isEmpty())
        .allMatch(outcome -> outcome.isSettled() || back.contains(outcome.app()));
  }

  /** The apps that are back at what they were before the run, without trouble. */
  Set<String> appsBack() {
    return rolledBack.stream()
        .filter(one -> one.trouble().isEmpty())
        .map(RolledBack::app)
        .collect(Collectors.toSet());
  }

  /** How many were done. */
  public long doneCount() {
    return outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done).count();
  }
}
