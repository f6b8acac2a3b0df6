// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;

/**
 * A resource in its desired state.
 *
 * @param address its name
 * @param spec its desired state; the record type belongs to the kind
 * @param app the app that it belongs to; empty for the host
 * @param role its role
 * @param notifies ids of the handlers that must run when it changes
 * @param origin where it was declared
 * @param settled its state at the end of the plan, by which handlers are compared. Switching a site
 *     to https at the end of a plan must not count as a change in the next one
 */
public record Declared(
    Address address,
    Record spec,
    String app,
    Role role,
    List<String> notifies,
    Origin origin,
    Record settled) {
  public Declared {
    notifies = List.copyOf(notifies);
  }

  /** Creates a resource that no later step of the plan changes again. */
  public Declared(
      Address address, Record spec, String app, Role role, List<String> notifies, Origin origin) {
    this(address, spec, app, role, notifies, origin, spec);
  }
}
