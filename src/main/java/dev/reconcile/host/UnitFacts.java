// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/**
 * The state of a loaded unit. A unit that systemd does not list is not loaded and not running.
 *
 * @param active the ActiveState, such as {@code active} or {@code failed}
 * @param sub the SubState
 * @param needsReload whether the unit's files changed since they were loaded
 * @param fragment the path of the unit file, empty if there is none
 */
public record UnitFacts(String active, String sub, boolean needsReload, String fragment) {
  /** Reports whether the unit is running. */
  public boolean running() {
    return active.equals("active") || active.equals("reloading");
  }
}
