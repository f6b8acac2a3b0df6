// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.MemoryUse;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The memory for a second instance of an app that keeps running: what the running instance uses,
 * and a tenth of the memory stays free.
 */
final class StandbyMemory {
  private static final int RESERVE = 10;

  private final Host host;
  private Map<String, Long> use = Map.of();

  StandbyMemory(Host host) {
    this.host = host;
  }

  /**
   * Reports whether another instance of a service fits now; true if the kernel does not tell.
   *
   * @param service the unit of the running instance
   */
  synchronized boolean hasRoomFor(String service) throws HostException {
    MemoryUse memory = new MemoryUse(host);
    OptionalLong total = memory.total();
    OptionalLong available = memory.available();
    if (total.isEmpty() || available.isEmpty()) {
      return true;
    }
    if (use.isEmpty()) {
      use = memory.byUnit();
    }
    long needed = use.getOrDefault(service, 0L) + total.getAsLong() / RESERVE;
    return available.getAsLong() >= needed;
  }
}
