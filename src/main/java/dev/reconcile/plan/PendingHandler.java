// SPDX-License-Identifier: Apache-2.0
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
 * @param handler the handler
 * @param reason the reason, for people; it never controls anything
 * @param actions the steps, each in its phase
 * @param activations the digests to record once it has run: handler id to digest, the handlers that
 *     it covers included
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

  /** Returns whether the handler reloads nginx. */
  boolean needsNginx() {
    return actions.stream().anyMatch(action -> action.step() instanceof Step.ReloadNginx);
  }
}
