// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.model.TextFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** The parser for a past time on the command line. */
final class LogTime {
  private LogTime() {}

  /**
   * Parses a time.
   *
   * @param text a duration before now such as {@code 10m}, or a date, a time of today, or both
   * @param now the present time
   * @param zone the zone of times without one
   * @throws CommandFailed if the text is none of these
   */
  static Instant of(String text, Instant now, ZoneId zone) throws CommandFailed {
    String time = text.strip();
    if (TextFormat.DURATION.accepts(time)) {
      return now.minus(TextFormat.duration(time));
    }
    try {
      return date(time.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T"), now.atZone(zone));
    } catch (DateTimeException e) {
      throw Invocation.usage(
          "Invalid time",
          """
          --since takes a time ago such as 10m or 2d, a time of today such as 14:30, or a date \
          such as "2026-01-31" or "2026-01-31 14:30".\
          """);
    }
  }

  private static Instant date(String time, ZonedDateTime now) {
    if (time.matches("\\d{2}:\\d{2}(:\\d{2})?")) {
      return LocalTime.parse(time).atDate(now.toLocalDate()).atZone(now.getZone()).toInstant();
    }
    if (time.matches("\\d{4}-\\d{2}-\\d{2}")) {
      return LocalDate.parse(time).atStartOfDay(now.getZone()).toInstant();
    }
    return time.matches(".*(Z|[+-]\\d{2}:\\d{2})")
        ? OffsetDateTime.parse(time).toInstant()
        : LocalDateTime.parse(time).atZone(now.getZone()).toInstant();
  }
}
