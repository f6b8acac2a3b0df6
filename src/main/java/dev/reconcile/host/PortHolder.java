// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/**
 * A process that listens on a port.
 *
 * @param pid its id; 1 if systemd listens for a socket unit, 0 if the process is unknown
 * @param words a description, such as {@code pid 812 (python3) of user alice}
 * @param service the service that it belongs to; empty if there is none
 */
public record PortHolder(long pid, String words, String service) {
  /** Returns the command that stops the process. */
  public String stop() {
    if (!service.isEmpty()) {
      return "systemctl stop " + service;
    }
    return switch ((int) pid) {
      case 0 -> "ss --listening --tcp --processes";
      case 1 -> "systemctl list-sockets";
      default -> "kill " + pid;
    };
  }
}
