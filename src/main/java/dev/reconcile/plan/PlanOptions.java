// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import java.util.Optional;
import java.util.Set;

/**
 * The options of a plan.
 *
 * @param takeOver whether the run takes over conflicting foreign files
 * @param prune whether the run removes what has left the repo
 * @param maxPrune the highest number of deletions, or -1 for the desired state's limit
 * @param only the apps of the run; empty for all
 * @param releases what the run does with release steps
 * @param selection the part of the desired state to which the run is restricted, if it is
 */
public record PlanOptions(
    boolean takeOver,
    boolean prune,
    int maxPrune,
    Set<String> only,
    ReleaseMode releases,
    Optional<Selection> selection) {
  /** The options of a run without arguments. */
  public static final PlanOptions DEFAULT = new PlanOptions(false, true, -1, Set.of());

  /** What a run does with the release steps of a revision that is about to go live. */
  public enum ReleaseMode {
    /** It runs those that have not succeeded on this host. */
    RUN,
    /** It records them as done. */
    SKIP,
    /** It leaves them out, because an earlier revision does not know later changes of the data. */
    NONE
  }

  public PlanOptions {
    only = Set.copyOf(only);
  }

  /** Creates the options of a run that runs release steps. */
  public PlanOptions(boolean takeOver, boolean prune, int maxPrune, Set<String> only) {
    this(takeOver, prune, maxPrune, only, ReleaseMode.RUN);
  }

  /** Creates the options of a run that is not restricted to a selection. */
  public PlanOptions(
      boolean takeOver, boolean prune, int maxPrune, Set<String> only, ReleaseMode releases) {
    this(takeOver, prune, maxPrune, only, releases, Optional.empty());
  }

  /** Returns the options of a run that does one thing only. */
  public static PlanOptions selecting(Selection selection) {
    return new PlanOptions(false, false, -1, Set.of(), ReleaseMode.NONE, Optional.of(selection));
  }
}
