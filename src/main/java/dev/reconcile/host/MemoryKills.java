// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.UnitStatus;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The kills of processes for want of memory. A unit that has started again shows none; systemd's
 * messages in the journal do.
 */
public final class MemoryKills {
  private static final Duration LATELY = Duration.ofDays(1);

  private MemoryKills() {}

  /**
   * Counts the kills of the last day, with one look into the journal. If no unit has a limit of
   * memory and has been restarted, this costs nothing.
   */
  public static SortedMap<String, UnitStatus> counted(
      CommandRunner commands, SortedMap<String, UnitStatus> units) throws HostException {
    if (units.values().stream().noneMatch(UnitStatus::mayLackMemory)) {
      return units;
    }
    return counted(units, SystemdMessage.OUT_OF_MEMORY.units(commands, LATELY));
  }

  /**
   * Counts the kills.
   *
   * @param killed the name of the unit of each kill
   */
  static SortedMap<String, UnitStatus> counted(
      SortedMap<String, UnitStatus> units, List<String> killed) {
    SortedMap<String, UnitStatus> counted = new TreeMap<>(units);
    counted.replaceAll((name, unit) ->
        unit.mayLackMemory()
            ? unit.withMemoryKills((int) killed.stream().filter(name::equals).count())
            : unit);
    return counted;
  }
}
