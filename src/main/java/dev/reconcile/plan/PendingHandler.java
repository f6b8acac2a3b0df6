package dev.reconcile.plan;

import dev.reconcile.model.Handler;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A handler that will run.
 *
 * @param handler what
 * @param reason why, for people; it never steers anything
 * @param actions what it does, each step in its phase
 * @param activations what is remembered once it has run: handler id to digest, those it covers
 *     included
 */
public record PendingHandler(
    Handler handler,
    String reason,
    List<PhasedStep> actions,
    SortedMap<String, String> activations) {
  public PendingHandler {
    actions = List.copyOf(actions);
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
  }

  /** Whether nginx must take up something for it. */
  boolean needsNginx() {
    return actions.stream().anyMatch(action -> action.step() instanceof Step.ReloadNginx);
  }
}
