package dev.reconcile.apply;

import dev.reconcile.host.HostException;

/** Waits a moment between two looks at something that is about to change. */
final class Sleeper {
  private Sleeper() {}

  /** Waits {@code millis} milliseconds; an interrupt ends the wait, and whoever waited. */
  static void of(long millis) throws HostException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException("interrupted", e);
    }
  }
}
