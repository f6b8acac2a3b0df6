// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The wishes of a person about apps that are not in the desired state.
 *
 * @param forceRetry apps whose quarantined or refused changes are tried again
 * @param maintenance app to the message to visitors, for each app in maintenance
 */
public record ByHand(Set<String> forceRetry, Map<String, String> maintenance) {
  /** No wishes. */
  public static final ByHand NOTHING = new ByHand(Set.of(), Map.of());

  public ByHand {
    forceRetry = Set.copyOf(forceRetry);
    maintenance = Map.copyOf(maintenance);
  }

  /** Returns the message to visitors of an app in maintenance. */
  Optional<String> message(String app) {
    return Optional.ofNullable(maintenance.get(app));
  }
}
