// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.MemoryUse;
import java.util.Map;
import java.util.OptionalLong;

/** The memory for second instances of apps: a tenth of the host's memory stays free. */
final class InstanceMemory {
  private static final int RESERVE = 10;

  private final MemoryUse memory;
  private Map<String, Long> use = Map.of();

  InstanceMemory(Host host) throws HostException {
    this.memory = new MemoryUse(host);
  }

  /** Returns what a service uses, in bytes; empty if it does not run. */
  synchronized OptionalLong useOf(String service) {
    if (use.isEmpty()) {
      use = memory.byUnit();
    }
    Long bytes = use.get(service);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  /**
   * Reports whether another instance of a service fits now.
   *
   * @param service the unit of the running instance
   */
  boolean hasRoomFor(String service) {
    return fits(useOf(service).orElse(0));
  }

  /**
   * Reports whether so much more fits now; true if the kernel does not tell.
   *
   * @param bytes from 0
   */
  boolean fits(long bytes) {
    OptionalLong total = memory.total();
    OptionalLong available = memory.available();
    return total.isEmpty()
        || available.isEmpty()
        || available.getAsLong() >= bytes + total.getAsLong() / RESERVE;
  }
}
