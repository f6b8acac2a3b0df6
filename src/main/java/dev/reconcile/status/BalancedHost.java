// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

/**
 * A host that runs an app for this host, as it answers this host.
 *
 * @param host its name
 * @param address the address and port of its nginx
 * @param isOut whether it gets no requests for now
 * @param health its answer to the health check of the app
 */
public record BalancedHost(String host, String address, boolean isOut, Health health) {
  /** Returns whether requests go to the host. */
  public boolean serves() {
    return !isOut && health.state() != Health.State.UNHEALTHY;
  }
}
