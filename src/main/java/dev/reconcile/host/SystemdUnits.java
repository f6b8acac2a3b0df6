package dev.reconcile.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
          "systemctl show failed: "
              + result.tail(3)
              + "\nreconcile needs a running systemd; use --root DIR to apply to a directory tree.");
    }
    return parse(result.out());
  }

  /** One block a unit, blocks separated by an empty line, one {@code Key=value} a line. */
  static Map<String, UnitFacts> parse(String output) {
    Map<String, UnitFacts> units = new HashMap<>();
    for (String block : output.split("\n\n", -1)) {
      Map<String, String> values = new HashMap<>();
      block
          .lines()
          .forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
              values.put(line.substring(0, equals), line.substring(equals + 1));
            }
          });
      String id = values.getOrDefault("Id", "");
      if (!id.isEmpty()) {
        units.put(
            id,
            new UnitFacts(
                values.getOrDefault("ActiveState", ""),
                values.getOrDefault("SubState", ""),
                values.getOrDefault("NeedDaemonReload", "").equals("yes"),
                values.getOrDefault("FragmentPath", "")));
      }
    }
    return units;
  }
}
