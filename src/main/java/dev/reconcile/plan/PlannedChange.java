// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Change;
import dev.reconcile.model.PhasedStep;
import java.util.List;

/**
 * A change and the steps that make it.
 *
 * @param change the difference
 * @param actions the steps, each in its phase
 */
public record PlannedChange(Change change, List<PhasedStep> actions) {
  public PlannedChange {
    actions = List.copyOf(actions);
  }
}
