package dev.reconcile.plan;

import java.util.Set;

/**
 * What a person allows a run to do.
 *
 * @param takeOver whether foreign things in the way are taken over
 * @param prune whether what has left the repo is removed
 * @param maxPrune most deletions, or -1 for what the desired state says
 * @param only the apps to deal with; empty for all
 */
public record PlanOptions(boolean takeOver, boolean prune, int maxPrune, Set<String> only) {
  /** What a plain run does. */
  public static final PlanOptions DEFAULT = new PlanOptions(false, true, -1, Set.of());

  public PlanOptions {
    only = Set.copyOf(only);
  }
}
