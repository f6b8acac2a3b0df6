// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;

/**
 * The record of a resource that reconcile made. It suffices to remove the resource when the repo no
 * longer declares it.
 *
 * @param address its name
 * @param app the app that it belongs to; empty for the host
 * @param role its role
 * @param notifies ids of the handlers that must run when it is removed
 */
public record OwnedResource(Address address, String app, Role role, List<String> notifies) {
  public OwnedResource {
    notifies = List.copyOf(notifies);
  }

  /** Returns the record of {@code declared} after it was made. */
  public static OwnedResource of(Declared declared) {
    return new OwnedResource(
        declared.address(), declared.app(), declared.role(), declared.notifies());
  }
}
