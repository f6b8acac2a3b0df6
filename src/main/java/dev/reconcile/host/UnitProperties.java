package dev.reconcile.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code systemctl show} prints (systemctl(1)): a block a unit, blocks separated by an empty
 * line, one {@code Key=value} a line.
 */
public final class UnitProperties {
  /** The property that is a unit's name. */
  public static final String ID = "Id";

  private UnitProperties() {}

  /**
   * The properties of each unit, in the order in which they are printed; each has an {@link #ID}.
   */
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
