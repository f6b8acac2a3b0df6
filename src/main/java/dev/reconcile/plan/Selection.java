// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Address;
import java.util.Set;

/**
 * The part of a desired state to which a run is restricted: a person wants one thing done to an
 * app, and nothing else.
 *
 * @param app the app
 * @param resources the resources of the app that may change
 * @param handlers the ids of the handlers that run even if they are not due
 */
public record Selection(String app, Set<Address> resources, Set<String> handlers) {
  public Selection {
    resources = Set.copyOf(resources);
    handlers = Set.copyOf(handlers);
  }

  /** Creates the selection of handlers alone. */
  public static Selection ofHandlers(String app, Set<String> handlers) {
    return new Selection(app, Set.of(), handlers);
  }

  /** Creates the selection of resources, with the handlers that follow their changes. */
  public static Selection of(String app, Set<Address> resources) {
    return new Selection(app, resources, Set.of());
  }
}
