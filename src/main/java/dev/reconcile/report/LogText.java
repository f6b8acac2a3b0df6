// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.logs.LogLine;
import dev.reconcile.report.Style.Paint;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The lines of an app's log as text: local time, source and line.
 *
 * <p>Invariant: the text has no control characters but tabs and line breaks, and those of colours.
 */
public final class LogText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

  private final Style style;
  private final ZoneId zone;

  /**
   * @param zone the zone of the times
   */
  public LogText(Style style, ZoneId zone) {
    this.style = style;
    this.zone = zone;
  }

  /** Returns a line with a line break at its end. */
  public String of(LogLine line) {
    String source = "%-11s".formatted(line.source());
    return "%s  %s  %s\n"
        .formatted(
            style.paint(Paint.DIM, TIME.format(line.time().atZone(zone))),
            style.paint(Paint.BOLD, source),
            UNPRINTABLE.matcher(line.text()).replaceAll("?"));
  }
}
