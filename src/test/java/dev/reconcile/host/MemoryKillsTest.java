// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.UnitStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Kills for want of memory concern units with a limit that systemd has started again. */
final class MemoryKillsTest {
  private static SortedMap<String, UnitStatus> unit(String app, int restarts, String limit) {
    return UnitStatuses.parse(
        """
        Id=gunicorn@%s.service
        ActiveState=active
        Result=success
        NRestarts=%s
        MemoryMax=%s
        """
            .formatted(app, restarts, limit));
  }

  @Test
  void killsOfLimitedUnitsAreCounted() {
    SortedMap<String, UnitStatus> units = new TreeMap<>(unit("shop", 3, "536870912"));
    units.putAll(unit("blog", 3, "536870912"));
    units.putAll(unit("free", 3, "infinity"));
    String shop = "gunicorn@shop.service";

    SortedMap<String, UnitStatus> counted =
        MemoryKills.counted(units, List.of(shop, "gunicorn@free.service", shop, "other.service"));

    assertThat(counted.values()).extracting(UnitStatus::memoryKills).containsExactly(0, 0, 2);
  }

  @Test
  void theJournalIsNotAskedForUnitsWithoutLimitOrRestart() throws Exception {
    SortedMap<String, UnitStatus> units = new TreeMap<>(unit("shop", 0, "536870912"));
    units.putAll(unit("free", 3, "infinity"));
    CommandRunner journal =
        _ -> new CommandRunner.Result(0, "gunicorn@shop.service\ngunicorn@free.service\n", "");

    assertThat(MemoryKills.counted(journal, units)).isSameAs(units);
    assertThat(MemoryKills.counted(journal, unit("shop", 1, "536870912")).values())
        .extracting(UnitStatus::memoryKills)
        .containsExactly(1);
  }
}
