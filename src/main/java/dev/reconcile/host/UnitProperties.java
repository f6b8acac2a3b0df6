// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.ArrayList;
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
