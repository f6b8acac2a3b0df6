// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The output of {@code systemctl show} (systemctl(1)): a block for each unit, separated by empty
 * lines, with a {@code Key=value} on each line.
 */
public final class UnitProperties {
  /** The property with the name of a unit. */
  public static final String ID = "Id";

  private UnitProperties() {}

  /**
   * Asks systemd for properties of units. Times are those of UTC.
   *
   * @param options the options of {@code systemctl show}, with the properties
   * @param units names, or glob patterns of loaded units
   */
  public static List<Map<String, String>> ask(
      CommandRunner commands, List<String> options, Collection<String> units) throws HostException {
    List<String> argv = new ArrayList<>(List.of("systemctl", "show"));
    argv.addAll(options);
    argv.addAll(units);
    CommandRunner.Result result =
        commands.run(Command.of(argv.toArray(String[]::new)).with("TZ", "UTC"));
    if (!result.ok()) {
      throw new HostException(result, "systemctl show failed: " + result.tail(3));
    }
    return parse(result.out());
  }

  /** Parses the properties of each unit, in the printed order; each has an {@link #ID}. */
  public static List<Map<String, String>> parse(String output) {
    List<Map<String, String>> units = new ArrayList<>();
    for (String block : output.split("\n\n", -1)) {
      Map<String, String> properties = new HashMap<>();
      for (String line : block.split("\n", -1)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          properties.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      if (!properties.getOrDefault(ID, "").isEmpty()) {
        units.add(properties);
      }
    }
    return units;
  }
}
