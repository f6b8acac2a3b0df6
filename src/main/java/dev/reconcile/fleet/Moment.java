// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Duration;

/**
 * A moment of a host's monotonic clock, which stands for nothing after a reboot.
 *
 * @param boot the id of the boot
 * @param nanos the nanoseconds of CLOCK_MONOTONIC, by which systemd tells when a unit has started
 */
public record Moment(String boot, long nanos) {
  /** Tells whether at least {@code time} has passed until {@code now}, in the same boot. */
  boolean isPast(Duration time, Moment now) {
    return isSameBoot(now) && now.nanos - nanos >= time.toNanos();
  }

  /** Returns the time that has passed until {@code now}, which is of the same boot. */
  public Duration until(Moment now) {
    return Duration.ofNanos(Math.max(0, now.nanos - nanos));
  }

  /** Tells whether the host has not been started again since this moment. */
  boolean isSameBoot(Moment now) {
    return boot.equals(now.boot) && now.nanos >= nanos;
  }
}
