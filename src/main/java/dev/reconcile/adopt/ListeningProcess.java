// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

/**
 * The process that listens at an address.
 *
 * @param pid its process id
 * @param name its name
 * @param unit the systemd service that it belongs to; empty if it belongs to none
 * @param isGunicorn whether it is gunicorn
 */
public record ListeningProcess(int pid, String name, String unit, boolean isGunicorn) {
  /** Returns its display name. */
  String title() {
    return unit.isEmpty() ? name + " (process " + pid + ")" : name + " of " + unit;
  }
}
