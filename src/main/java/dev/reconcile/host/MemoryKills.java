// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.UnitStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The kills of processes for want of memory. A unit that has started again shows none; systemd's
 * messages in the journal do.
 */
public final class MemoryKills {
  /** The id of systemd's message of such a kill (sd-messages.h). */
  private static final String OUT_OF_MEMORY = "MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef";

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
    CommandRunner.Result journal =
        commands.run(
            Command.of(
                "journalctl",
                "--quiet",
                "--no-pager",
                "--output=cat",
                "--output-fields=UNIT",
                "--since=-1d",
                OUT_OF_MEMORY));
    return counted(units, journal.ok() ? journal.out().lines().toList() : List.of());
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
