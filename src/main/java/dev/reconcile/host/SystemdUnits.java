// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Queries of systemd about its units (systemctl(1), show and list-units). */
final class SystemdUnits {
  private SystemdUnits() {}

  /**
   * Queries the properties of all matching units with one command.
   *
   * @param patterns glob patterns, never plain names, which systemd would load to answer
   */
  static Map<String, UnitFacts> ask(CommandRunner commands, List<String> patterns)
      throws HostException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemctl",
                "show",
                "--property=Id,LoadState,ActiveState,SubState,NeedDaemonReload,FragmentPath"));
    argv.addAll(patterns);
    CommandRunner.Result result = commands.run(Command.of(argv.toArray(String[]::new)));
    if (!result.ok()) {
      throw new HostException(
          result,
          """
          systemctl show failed: %s
          reconcile needs a running systemd; use --root DIR to apply to a directory tree.\
          """
              .formatted(result.tail(3)));
    }
    return parse(result.out());
  }

  /**
   * Returns the current {@link #mark} of all matching units. It queries only their states, which
   * systemd has in a list: that costs a fiftieth of the properties of each unit.
   *
   * @param patterns glob patterns, separated by spaces
   */
  static long glance(CommandRunner commands, String patterns) throws HostException {
    long mark = 0;
    for (String line : states(commands, List.of(patterns.split(" ", -1)))) {
      String[] columns = Columns.of(line, 5); // UNIT LOAD ACTIVE SUB DESCRIPTION
      if (columns.length > 3) {
        mark += mark(columns[0], columns[2], columns[3]);
      }
    }
    return mark;
  }

  /**
   * Returns the result of {@link #ask} at the cost of {@link #glance}. It is valid if systemd has
   * loaded the current version of every unit file.
   *
   * @param patterns glob patterns
   * @param files the function from a unit to its file
   */
  static Map<String, UnitFacts> list(
      CommandRunner commands, List<String> patterns, UnaryOperator<String> files)
      throws HostException {
    Map<String, UnitFacts> units = new HashMap<>();
    for (String line : states(commands, patterns)) {
      String[] columns = Columns.of(line, 5);
      if (columns.length > 3) {
        String unit = columns[0];
        units.put(unit, new UnitFacts(columns[2], columns[3], false, files.apply(unit)));
      }
    }
    return units;
  }

  private static List<String> states(CommandRunner commands, List<String> patterns)
      throws HostException {
    List<String> argv =
        new ArrayList<>(
            List.of("systemctl", "list-units", "--all", "--full", "--plain", "--no-legend"));
    argv.addAll(patterns);
    CommandRunner.Result result = commands.run(Command.of(argv.toArray(String[]::new)));
    if (!result.ok()) {
      throw new HostException(result, "systemctl list-units failed: " + result.tail(3));
    }
    return List.of(result.out().split("\n", -1));
  }

  /**
   * Returns a mark that is equal for the same units in the same states, in any order; inactive
   * units are ignored.
   */
  static long mark(Map<String, UnitFacts> units) {
    long mark = 0;
    for (Map.Entry<String, UnitFacts> unit : units.entrySet()) {
      mark += mark(unit.getKey(), unit.getValue().active(), unit.getValue().sub());
    }
    return mark;
  }

  private static long mark(String name, String active, String sub) {
    if (active.equals("inactive")) {
      return 0;
    }
    String text = name + ' ' + active + ' ' + sub;
    long mark = 0xCBF29CE484222325L; // FNV-1a, 64 bits
    for (int i = 0; i < text.length(); i++) {
      mark = (mark ^ text.charAt(i)) * 0x100000001B3L;
    }
    return mark;
  }

  // systemd says so of a masked unit with drop-ins after each daemon-reload, too.
  private static boolean needsReload(Map<String, String> values) {
    return values.getOrDefault("NeedDaemonReload", "").equals("yes")
        && !values.getOrDefault("LoadState", "").equals("masked");
  }

  /** Parses the output of {@code systemctl show} into units by name. */
  static Map<String, UnitFacts> parse(String output) {
    Map<String, UnitFacts> units = new HashMap<>();
    for (Map<String, String> values : UnitProperties.parse(output)) {
      units.put(
          values.getOrDefault(UnitProperties.ID, ""),
          new UnitFacts(
              values.getOrDefault("ActiveState", ""),
              values.getOrDefault("SubState", ""),
              needsReload(values),
              values.getOrDefault("FragmentPath", "")));
    }
    return units;
  }
}
