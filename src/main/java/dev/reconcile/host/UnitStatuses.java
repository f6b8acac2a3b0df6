// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The statuses of loaded services, sockets and timers for reports, queried with one command. */
public final class UnitStatuses {
  private static final String PROPERTIES =
      """
      --property=Id,ActiveState,SubState,UnitFileState,Result,StateChangeTimestamp,MainPID,\
      NRestarts,MemoryCurrent,MemoryMax\
      """;

  private UnitStatuses() {}

  /**
   * Queries the matching loaded units, by name.
   *
   * @param patterns glob patterns, never plain names, which systemd would load to answer
   */
  public static SortedMap<String, UnitStatus> ask(CommandRunner commands, List<String> patterns)
      throws HostException {
    return byName(UnitProperties.ask(commands, List.of("--timestamp=unix", PROPERTIES), patterns));
  }

  /** Parses the output of {@code systemctl show} into statuses by unit name. */
  static SortedMap<String, UnitStatus> parse(String output) {
    return byName(UnitProperties.parse(output));
  }

  private static SortedMap<String, UnitStatus> byName(List<Map<String, String>> units) {
    SortedMap<String, UnitStatus> services = new TreeMap<>();
    for (Map<String, String> values : units) {
      services.put(values.getOrDefault(UnitProperties.ID, ""), service(values));
    }
    return services;
  }

  private static UnitStatus service(Map<String, String> values) {
    long mainPid = number(values.getOrDefault("MainPID", ""));
    String since = values.getOrDefault("StateChangeTimestamp", "");
    return new UnitStatus(
        values.getOrDefault("ActiveState", ""),
        values.getOrDefault("SubState", ""),
        values.getOrDefault("UnitFileState", ""),
        values.getOrDefault("Result", ""),
        since.startsWith("@")
            ? Optional.of(Instant.ofEpochSecond(number(since.substring(1))))
            : Optional.empty(),
        mainPid,
        mainPid == 0 ? 0 : children(mainPid),
        (int) number(values.getOrDefault("NRestarts", "")),
        number(values.getOrDefault("MemoryCurrent", "")),
        number(values.getOrDefault("MemoryMax", "")),
        0,
        0);
  }

  /**
   * Counts the restarts of the last minute of background processes that may be in a loop, with one
   * look into the journal. If none may be, this costs nothing. A journal without an entry of such a
   * process cannot be read, or has lost it; then all restarts since its start count.
   */
  public static SortedMap<String, UnitStatus> withRestartsLately(
      CommandRunner commands, SortedMap<String, UnitStatus> units, Instant now)
      throws HostException {
    if (units.entrySet().stream()
        .noneMatch(unit -> isToBeCounted(unit.getKey(), unit.getValue(), now))) {
      return units;
    }
    return counted(units, SystemdMessage.RESTART_SCHEDULED.units(commands, UnitStatus.LATELY), now);
  }

  private static boolean isToBeCounted(String name, UnitStatus unit, Instant now) {
    return Layout.isProcess(name) && unit.mayBeInLoop(now);
  }

  /**
   * Counts the restarts.
   *
   * @param restarted the name of the unit of each restart
   */
  static SortedMap<String, UnitStatus> counted(
      SortedMap<String, UnitStatus> units, List<String> restarted, Instant now) {
    SortedMap<String, UnitStatus> counted = new TreeMap<>(units);
    counted.replaceAll((name, unit) -> {
      int lately = (int) restarted.stream().filter(name::equals).count();
      return isToBeCounted(name, unit, now)
          ? unit.withRestartsLately(lately == 0 ? unit.restarts() : lately)
          : unit;
    });
    return counted;
  }

  // "[not set]", the empty text and 2^64 - 1 all mean that there is no value
  private static long number(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  // proc(5); the process may end meanwhile
  private static int children(long pid) {
    try {
      String list = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"));
      return list.isBlank() ? 0 : list.strip().split(" +", -1).length;
    } catch (IOException e) {
      return 0;
    }
  }
}
