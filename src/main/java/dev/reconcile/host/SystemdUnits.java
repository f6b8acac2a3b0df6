package dev.reconcile.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What systemd knows of its units (systemctl(1), show). */
final class SystemdUnits {
  private SystemdUnits() {}

  /**
   * Asks systemd once for all units that match.
   *
   * @param patterns glob patterns, never plain names: those would be loaded to answer
   */
  static Map<String, UnitFacts> ask(CommandRunner commands, List<String> patterns)
      throws HostException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemctl",
                "show",
                "--property=Id,ActiveState,SubState,NeedDaemonReload,FragmentPath"));
    argv.addAll(patterns);
    CommandRunner.Result result = commands.run(Command.of(argv.toArray(String[]::new)));
    if (!result.ok()) {
      throw new HostException(
          result,
          "systemctl show failed: "
              + result.tail(3)
              + "\nreconcile needs a running systemd; use --root DIR to apply to a directory tree.");
    }
    return parse(result.out());
  }

  /**
   * The {@link #mark} of all units that match now, without asking for more than their states: what
   * systemd has in one list costs a fiftieth of what it has of each unit.
   *
   * @param patterns glob patterns, separated by blanks
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
   * The same as {@link #ask} at that price, for when systemd has read every file as it is now.
   *
   * @param patterns glob patterns
   * @param files which file is a unit's
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
   * The same for the same units in the same states, in whichever order; idle units do not count.
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

  /** Units by name. */
  static Map<String, UnitFacts> parse(String output) {
    Map<String, UnitFacts> units = new HashMap<>();
    for (Map<String, String> values : UnitProperties.parse(output)) {
      units.put(
          values.getOrDefault(UnitProperties.ID, ""),
          new UnitFacts(
              values.getOrDefault("ActiveState", ""),
              values.getOrDefault("SubState", ""),
              values.getOrDefault("NeedDaemonReload", "").equals("yes"),
              values.getOrDefault("FragmentPath", "")));
    }
    return units;
  }
}
