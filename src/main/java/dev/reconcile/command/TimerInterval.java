// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interval of a timer.
 *
 * @param minutes from 1 to 1440, a day
 */
record TimerInterval(int minutes) {
  private static final int HOUR = 60;
  private static final int DAY = 24 * HOUR;
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,6}(?![0-9]) *[a-z]* *)+");
  private static final Pattern PART = Pattern.compile("([0-9]+) *([a-z]*)");

  /**
   * Parses a time span in the syntax of systemd.time(7).
   *
   * @throws CommandFailed unless the span is a whole number of minutes, up to a day
   */
  static TimerInterval parse(String text) throws CommandFailed {
    long seconds = 0;
    Matcher part = PART.matcher(SPAN.matcher(text).matches() ? text : "");
    while (part.find()) {
      int unit = seconds(part.group(2));
      if (unit == 0) {
        throw refusal(text);
      }
      seconds += Long.parseLong(part.group(1)) * unit;
    }
    if (seconds < 60 || seconds > DAY * 60 || seconds % 60 != 0) {
      throw refusal(text);
    }
    return new TimerInterval((int) (seconds / 60));
  }

  private static CommandFailed refusal(String text) {
    return Invocation.usage(
        "Invalid interval",
        """
        --every takes whole minutes from 1min to 1d, such as 15min, 2h or "1h 30min", not \
        "%s".\
        """
            .formatted(text));
  }

  private static int seconds(String unit) {
    return switch (unit) {
      case "", "s", "sec", "second", "seconds" -> 1;
      case "m", "min", "minute", "minutes" -> 60;
      case "h", "hr", "hour", "hours" -> 60 * HOUR;
      case "d", "day", "days" -> 60 * DAY;
      default -> 0;
    };
  }

  /**
   * Returns the settings for the [Timer] section. They follow the clock where the interval divides
   * an hour or a day.
   */
  String when() {
    if (minutes < HOUR && HOUR % minutes == 0) {
      return "OnCalendar=*:0/" + minutes;
    }
    if (minutes == DAY) {
      return "OnCalendar=00:00";
    }
    if (minutes % HOUR == 0 && DAY % minutes == 0) {
      return "OnCalendar=0/" + minutes / HOUR + ":00";
    }
    return "OnActiveSec=0\nOnUnitActiveSec=" + minutes + "min";
  }

  /**
   * Returns the greatest random delay in seconds: two fifteenths of the interval, at most two
   * minutes.
   */
  int delaySeconds() {
    return Math.min(120, minutes * 8);
  }

  /** Returns the interval as a phrase. */
  String words() {
    if (minutes == DAY) {
      return "every day";
    }
    String hours = minutes < HOUR ? "" : minutes / HOUR + " h";
    String rest = minutes % HOUR == 0 ? "" : minutes % HOUR + " min";
    return ("every " + hours + " " + rest).strip().replace("  ", " ");
  }
}
