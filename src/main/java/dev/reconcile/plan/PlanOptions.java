// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import java.util.Set;

/**
 * The options of a plan.
 *
 * @param takeOver whether the run takes over conflicting foreign files
 * @param prune whether the run removes what has left the repo
 * @param maxPrune the highest number of deletions, or -1 for the desired state's limit
 * @param only the apps of the run; empty for all
 */
public record PlanOptions(boolean takeOver, boolean prune, int maxPrune, Set<String> only) {
  /** The options of a run without arguments. */
  public static final PlanOptions DEFAULT = new PlanOptions(false, true, -1, Set.of());

  public PlanOptions {
    only = Set.copyOf(only);
  }
}
