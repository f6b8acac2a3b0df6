// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.model.FleetSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The four numbers of a release, from the section {@code fleet} of its commit.
 *
 * @param maxUnavailable the greatest number of holders; at least 1
 * @param canaries the hosts that try a release before all others
 * @param soak the time for which a canary must stay well; not negative
 * @param haltAfter the number of failed hosts outside of the canaries that ends a release; at least
 *     1
 */
public record FleetNumbers(
    int maxUnavailable, SortedSet<String> canaries, Duration soak, int haltAfter) {
  /** Returns the numbers of a section. */
  public static FleetNumbers of(FleetSettings settings) {
    return new FleetNumbers(
        settings.maxUnavailable(), settings.canaries(), settings.soak(), settings.haltAfter());
  }

  public FleetNumbers {
    if (maxUnavailable < 1 || haltAfter < 1 || soak.isNegative()) {
      throw new IllegalArgumentException("numbers of a fleet out of range");
    }
    canaries = Collections.unmodifiableSortedSet(new TreeSet<>(canaries));
  }
}
