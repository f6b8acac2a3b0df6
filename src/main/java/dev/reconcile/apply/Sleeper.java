// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;

/** A pause between two polls. */
final class Sleeper {
  private Sleeper() {}

  /** Waits {@code millis} milliseconds; an interrupt ends the wait with an exception. */
  static void of(long millis) throws HostException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException("interrupted", e);
    }
  }
}
