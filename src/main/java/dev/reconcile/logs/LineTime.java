// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that a line of a log file names, in the formats of gunicorn, nginx and Python. */
final class LineTime {
  // An access log begins with addresses and names, an error log with the time.
  private static final int MOST = 400;

  // [29/Nov/2026:10:00:00 +0000]: access logs of gunicorn and nginx
  private static final Pattern ACCESS =
      Pattern.compile("\\[(\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} [+-]\\d{4})]");

  // 2026/11/29 10:00:00 (nginx), [2026-11-29 10:00:00 +0000] (gunicorn),
  // 2026-11-29 10:00:00,123 (Python), 2026-11-29T10:00:00.123456+00:00 (RFC 3339)
  private static final Pattern START =
      Pattern.compile(
          """
          ^\\[?(\\d{4})[-/](\\d{2})[-/](\\d{2})[ T](\\d{2}:\\d{2}:\\d{2})\
          (?:[.,](\\d{1,9}))?(?: ?([+-]\\d{2}):?(\\d{2})|(Z))?\
          """);

  private static final DateTimeFormatter ACCESS_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  private final ZoneId zone;

  /**
   * @param zone the zone of times that do not name theirs
   */
  LineTime(ZoneId zone) {
    this.zone = zone;
  }

  /** Returns the time of a line; empty if it has none. */
  Optional<Instant> of(String line) {
    String begin = line.length() > MOST ? line.substring(0, MOST) : line;
    try {
      Matcher start = START.matcher(begin);
      if (start.find()) {
        return Optional.of(instant(start));
      }
      Matcher access = ACCESS.matcher(begin);
      return access.find()
          ? Optional.of(OffsetDateTime.parse(access.group(1), ACCESS_TIME).toInstant())
          : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty(); // digits that are no date
    }
  }

  private Instant instant(Matcher start) {
    String decimals = start.group(5) == null ? "" : "." + start.group(5);
    String local =
        "%s-%s-%sT%s%s"
            .formatted(start.group(1), start.group(2), start.group(3), start.group(4), decimals);
    if (start.group(8) != null) {
      return Instant.parse(local + "Z");
    }
    return start.group(6) == null
        ? LocalDateTime.parse(local).atZone(zone).toInstant()
        : OffsetDateTime.parse(local + start.group(6) + ":" + start.group(7)).toInstant();
  }
}
