// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What systemd knows of a timer or of the service that it starts, for reports.
 *
 * @param active the ActiveState of the unit
 * @param result the Result of its last run, such as {@code success} or {@code timeout}
 * @param code the exit code of the last run, if it ended by itself
 * @param started the begin of the last run, or of the present one
 * @param ended the end of the last run; empty while it runs
 * @param next the next time of a timer
 */
public record ScheduleFacts(
    String active,
    String result,
    int code,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<Instant> next) {
  /** A unit that systemd has not loaded. */
  public static final ScheduleFacts NOT_LOADED =
      new ScheduleFacts("inactive", "", 0, Optional.empty(), Optional.empty(), Optional.empty());

  private static final String PROPERTIES =
      """
      --property=Id,ActiveState,Result,ExecMainStatus,ExecMainStartTimestamp,\
      ExecMainExitTimestamp,InactiveEnterTimestamp,NextElapseUSecRealtime\
      """;
  private static final int MOST_BYTES = 1024;
  private static final Pattern RECORD =
      Pattern.compile("([a-z-]{1,40}) (\\S{1,20}) ([0-9]{1,12}) ([0-9]{1,12})");
  private static final Pattern SECONDS = Pattern.compile("@([0-9]{1,12})(?:\\.[0-9]+)?");
  private static final Pattern UTC =
      Pattern.compile("\\S+ (\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)? UTC");

  /**
   * Queries all loaded units that match, by name.
   *
   * @param patterns glob patterns
   */
  public static Map<String, ScheduleFacts> ask(CommandRunner commands, List<String> patterns)
      throws HostException {
    // systemd of 2022 shows the times of timers as dates, whatever the option says
    return byName(UnitProperties.ask(commands, List.of("--timestamp=unix", PROPERTIES), patterns));
  }

  /** Parses the output of {@code systemctl show}. */
  static Map<String, ScheduleFacts> parse(String output) {
    return byName(UnitProperties.parse(output));
  }

  private static Map<String, ScheduleFacts> byName(List<Map<String, String>> all) {
    Map<String, ScheduleFacts> units = new HashMap<>();
    for (Map<String, String> unit : all) {
      String active = unit.getOrDefault("ActiveState", "");
      Optional<Instant> exit = time(unit.getOrDefault("ExecMainExitTimestamp", ""));
      Optional<Instant> end =
          exit.isPresent() ? exit : time(unit.getOrDefault("InactiveEnterTimestamp", ""));
      boolean runs = active.equals("activating");
      units.put(
          unit.getOrDefault(UnitProperties.ID, ""),
          new ScheduleFacts(
              active,
              unit.getOrDefault("Result", ""),
              code(unit.getOrDefault("ExecMainStatus", "")),
              time(unit.getOrDefault("ExecMainStartTimestamp", "")),
              runs ? Optional.empty() : end,
              time(unit.getOrDefault("NextElapseUSecRealtime", ""))));
    }
    return units;
  }

  /**
   * Returns the last run as the service of a schedule has recorded it: result, exit status or
   * signal, begin and end in seconds. systemd forgets each run that succeeds.
   *
   * @param file the file of the record
   */
  public static ScheduleFacts recorded(Facts facts, String file) throws HostException {
    // the app can put anything there
    boolean isFile = facts.stat(file).filter(stat -> stat.type() == Stat.Type.FILE).isPresent();
    return isFile
        ? facts.text(file, MOST_BYTES).map(ScheduleFacts::record).orElse(NOT_LOADED)
        : NOT_LOADED;
  }

  /** Parses a record; an incomplete one gives {@link #NOT_LOADED}. */
  static ScheduleFacts record(String text) {
    Matcher record = RECORD.matcher(text.strip());
    if (!record.matches()) {
      return NOT_LOADED;
    }
    return new ScheduleFacts(
        "inactive",
        String.valueOf(record.group(1)),
        code(String.valueOf(record.group(2))),
        time("@" + record.group(3)),
        time("@" + record.group(4)),
        Optional.empty());
  }

  // The name of a signal is no code.
  private static int code(String text) {
    return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
  }

  private static Optional<Instant> time(String text) {
    Matcher seconds = SECONDS.matcher(text);
    if (seconds.matches()) {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.group(1))));
    }
    Matcher date = UTC.matcher(text);
    return date.matches()
        ? Optional.of(
            LocalDateTime.parse(date.group(1) + "T" + date.group(2)).toInstant(ZoneOffset.UTC))
        : Optional.empty();
  }
}
