// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import java.time.Duration;

/** The notation of durations in unit files (systemd.time(7), "Parsing Time Spans"). */
public final class TimeSpan {
  private TimeSpan() {}

  /**
   * Returns a duration in seconds, or in milliseconds if it has a fraction of a second.
   *
   * @param duration from 0, in whole milliseconds
   */
  public static String of(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? Long.toString(duration.toSeconds())
        : duration.toMillis() + "ms";
  }
}
