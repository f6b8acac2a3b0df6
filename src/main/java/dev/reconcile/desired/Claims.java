// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.model.Origin;
import java.util.HashMap;
import java.util.Map;

/**
 * Things that belong to one app alone.
 *
 * <p>Invariant: a thing belongs to the app that claimed it first.
 */
final class Claims {
  private final DesiredStateBuilder builder;
  private final Map<String, Owner> taken = new HashMap<>();

  /**
   * An app that has claimed something.
   *
   * @param app its name
   * @param origin where the claim is declared
   */
  record Owner(String app, Origin origin) {}

  /**
   * @param builder receives conflicts
   */
  Claims(DesiredStateBuilder builder) {
    this.builder = builder;
  }

  /** Claims a thing for an app; returns whether it was free, and reports it otherwise. */
  boolean claim(String thing, App app, Origin origin) {
    Owner first = taken.putIfAbsent(thing, new Owner(app.name(), origin));
    if (first == null) {
      return true;
    }
    builder.error(
        origin,
        "Conflict between two apps",
        first.app().equals(app.name())
            ? "\"%s\" of %s is used twice.".formatted(thing, app.name())
            : "\"%s\" of %s already belongs to %s (%s). Give one of them another."
                .formatted(thing, app.name(), first.app(), first.origin().words()));
    return false;
  }
}
