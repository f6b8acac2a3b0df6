// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Address;
import dev.reconcile.model.Phase;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The progress of the apps in this run, by phase. */
final class PhaseTracker {
  /** Phases that do not affect running apps. */
  private static final Set<Phase> PREPARING =
      Set.of(
          Phase.PACKAGES,
          Phase.CHECKOUTS,
          Phase.VENVS,
          Phase.BUILDS,
          Phase.RELEASE,
          Phase.REHEARSE);

  private final Map<String, Phase> reached = new ConcurrentHashMap<>();
  private final Set<Address> begun = ConcurrentHashMap.newKeySet();

  /** Records that a task of an app begins in {@code phase}. */
  void begins(Task task, Phase phase) {
    reached.merge(task.app(), phase, (a, b) -> a.compareTo(b) > 0 ? a : b);
    if (!PREPARING.contains(phase)) {
      task.change().ifPresent(change -> begun.add(change.address()));
    }
  }

  /** Reports whether the app has reached {@code phase}. */
  boolean hasReached(String app, Phase phase) {
    return reached.getOrDefault(app, Phase.PACKAGES).compareTo(phase) >= 0;
  }

  /** Reports whether the change of the resource may already be live. */
  boolean hasBegun(Address address) {
    return begun.contains(address);
  }
}
