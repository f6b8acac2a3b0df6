// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times in the notation of cron (crontab(5)), which people write where systemd's is wanted. */
final class CronTimes {
  private static final int FIELDS = 5;
  private static final List<String> DAYS =
      List.of("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final List<String> MONTHS =
      List.of(
          "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final Map<String, String> NAMED =
      Map.of(
          "@hourly", "hourly",
          "@daily", "daily",
          "@midnight", "daily",
          "@weekly", "weekly",
          "@monthly", "monthly",
          "@yearly", "yearly",
          "@annually", "yearly");
  private static final Pattern PART =
      Pattern.compile("(\\*|[0-9]{1,2}|[a-z]{3})(?:-([0-9]{1,2}|[a-z]{3}))?(?:/([0-9]{1,2}))?");

  private CronTimes() {}

  /** Reports whether a text is cron's notation. systemd's has four words at most. */
  static boolean isCron(String text) {
    return text.startsWith("@") || text.strip().split("\\s+", -1).length >= FIELDS;
  }

  /**
   * Returns systemd's notation of the same times; empty if there is none, or if the text is not
   * plain.
   */
  static Optional<String> calendar(String text) {
    String[] fields = text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
    if (fields.length == 1) {
      return Optional.ofNullable(NAMED.get(fields[0]));
    }
    // cron runs a command if one of two restricted days matches, systemd only if both do
    boolean bothDays = fields.length == FIELDS && !fields[2].equals("*") && !fields[4].equals("*");
    if (fields.length != FIELDS || bothDays) {
      return Optional.empty();
    }
    Optional<String> minute = numbers(fields[0], 0, 59, List.of());
    Optional<String> hour = numbers(fields[1], 0, 23, List.of());
    Optional<String> day = numbers(fields[2], 1, 31, List.of());
    Optional<String> month = numbers(fields[3], 1, 12, MONTHS);
    Optional<String> week = days(fields[4]);
    return minute.isPresent()
            && hour.isPresent()
            && day.isPresent()
            && month.isPresent()
            && week.isPresent()
        ? Optional.of(
            "%s*-%s-%s %s:%s"
                .formatted(week.get(), month.get(), day.get(), hour.get(), minute.get()))
        : Optional.empty();
  }

  /** Returns what to write in place of a text, as sentences. */
  static String remedy(String text) {
    if (text.strip().equals("@reboot")) {
      return """
      systemd has no time for the start of the host. Declare a unit of your own under "units", \
      and enable it.\
      """;
    }
    String[] fields = text.strip().split("\\s+", -1);
    if (fields.length == FIELDS) {
      String day = fields[2];
      fields[2] = "*";
      Optional<String> ofWeek = calendar(String.join(" ", fields));
      fields[2] = day;
      fields[4] = "*";
      Optional<String> ofMonth = calendar(String.join(" ", fields));
      if (calendar(text).isEmpty() && ofWeek.isPresent() && ofMonth.isPresent()) {
        return "systemd has no such time. Write two schedules, with \"%s\" and \"%s\"."
            .formatted(ofMonth.get(), ofWeek.get());
      }
    }
    return calendar(text)
        .map("The same times are \"%s\"."::formatted)
        .orElse("systemd.time(7) describes it under Calendar Events.");
  }

  private static Optional<String> numbers(String field, int least, int most, List<String> names) {
    List<String> parts = new ArrayList<>();
    for (String part : field.split(",", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String step = matcher.group(3);
      boolean all = "*".equals(matcher.group(1));
      int from = all ? least : number(matcher.group(1), names);
      int to = matcher.group(2) == null ? from : number(matcher.group(2), names);
      if (from < least || to > most || to < from || (all && matcher.group(2) != null)) {
        return Optional.empty();
      }
      String begin = all && step == null ? "*" : padded(from);
      String end = matcher.group(2) == null ? "" : ".." + padded(to);
      parts.add(begin + end + (step == null ? "" : "/" + Integer.parseInt(step)));
    }
    return Optional.of(String.join(",", parts));
  }

  // systemd has no steps of weekdays, and its week begins with Monday
  private static Optional<String> days(String field) {
    if (field.equals("*")) {
      return Optional.of("");
    }
    List<String> parts = new ArrayList<>();
    for (String part : field.split(",", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches() || "*".equals(matcher.group(1)) || matcher.group(3) != null) {
        return Optional.empty();
      }
      List<String> names = DAYS.stream().map(day -> day.toLowerCase(Locale.ROOT)).toList();
      int from = number(matcher.group(1), names);
      int to = matcher.group(2) == null ? from : number(matcher.group(2), names);
      if (from < 0 || from >= DAYS.size() || to >= DAYS.size() || to < from) {
        return Optional.empty();
      }
      for (int day = from; day <= to; day++) {
        if (!parts.contains(DAYS.get(day))) {
          parts.add(DAYS.get(day));
        }
      }
    }
    return Optional.of(String.join(",", parts) + " ");
  }

  private static int number(String text, List<String> names) {
    return Character.isDigit(text.charAt(0)) ? Integer.parseInt(text) : names.indexOf(text);
  }

  private static String padded(int number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }
}
