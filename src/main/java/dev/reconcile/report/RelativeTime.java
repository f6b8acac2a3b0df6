// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, as people say it: one number, one unit, rounded down. */
final class RelativeTime {
  private RelativeTime() {}

  /** Such as {@code 3 d}; a clock that was set back makes it 0 s. */
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
