// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The wishes of a person about apps that are not in the desired state, and their effects.
 *
 * @param forceRetry apps whose quarantined or refused changes are tried again
 * @param maintenance app to the message to visitors, for each app in maintenance
 * @param staying apps that the run most likely leaves as they are
 * @param takesOver whether the run moves files made by hand away
 */
public record ByHand(
    Set<String> forceRetry,
    Map<String, String> maintenance,
    Set<String> staying,
    boolean takesOver) {
  /** No wishes. */
  public static final ByHand NOTHING = new ByHand(Set.of(), Map.of(), Set.of(), false);

  public ByHand {
    forceRetry = Set.copyOf(forceRetry);
    maintenance = Map.copyOf(maintenance);
    staying = Set.copyOf(staying);
  }

  /** Returns the message to visitors of an app in maintenance. */
  Optional<String> message(String app) {
    return Optional.ofNullable(maintenance.get(app));
  }

  /** Returns the wishes with further apps that the run most likely leaves as they are. */
  public ByHand alsoStaying(Set<String> apps) {
    Set<String> all = new HashSet<>(staying);
    all.addAll(apps);
    return new ByHand(forceRetry, maintenance, all, takesOver);
  }
}
