// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import java.time.Duration;
import java.time.Instant;

/** The time since an instant, as one number with one unit, rounded down. */
final class RelativeTime {
  private RelativeTime() {}

  /** Returns a text such as {@code 3 d}; {@code 0 s} if the clock was set back. */
  static String between(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + " h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
  }
}
