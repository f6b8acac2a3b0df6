// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What systemctl(1) says, as it says it. */
final class UnitStatusesTest {
  @Test
  void blocksBecomeServices() {
    Map<String, UnitStatus> services =
        UnitStatuses.parse(
            """
            MainPID=0
            NRestarts=3
            MemoryCurrent=[not set]
            Result=exit-code
            Id=gunicorn@shop.service
            ActiveState=failed
            SubState=failed
            UnitFileState=enabled
            StateChangeTimestamp=@1781524800

            Id=reconcile.timer
            ActiveState=active
            SubState=waiting
            UnitFileState=enabled
            StateChangeTimestamp=
            MemoryCurrent=18446744073709551615
            """);

    assertThat(services)
        .containsOnly(
            Map.entry(
                "gunicorn@shop.service",
                new UnitStatus(
                    "failed",
                    "failed",
                    "enabled",
                    "exit-code",
                    Optional.of(Instant.ofEpochSecond(1_781_524_800)),
                    0,
                    0,
                    3,
                    0)),
            Map.entry(
                "reconcile.timer",
                new UnitStatus("active", "waiting", "enabled", "", Optional.empty(), 0, 0, 0, 0)));
  }

  @Test
  void theJournalTellsHowManyRestartsWereLately() {
    Instant now = Instant.ofEpochSecond(1_781_524_800);
    SortedMap<String, UnitStatus> units = new TreeMap<>();
    for (String name : List.of("loop", "seldom", "unread")) {
      units.put(worker(name), restarted(now.minusSeconds(3), 40));
    }
    units.put(worker("old"), restarted(now.minusSeconds(60), 40));
    units.put(worker("first"), restarted(now.minusSeconds(3), 2));
    units.put(new Layout("shop").service(), restarted(now, 40));
    String journal =
        Stream.of("loop", "loop", "seldom", "loop", "other", "old", "old", "old", "first")
            .map(name -> worker(name) + "\n")
            .collect(Collectors.joining());
    Map<String, UnitStatus> counted = UnitStatuses.counted(units, journal.lines().toList(), now);
    assertThat(counted.keySet())
        .filteredOn(name -> counted.get(name).isInLoop())
        .containsExactly(worker("loop"), worker("unread"));
    assertThat(counted.get(worker("loop")).restartsLately()).isEqualTo(3);
  }

  private static String worker(String name) {
    return new Layout("shop").process(name, 1);
  }

  @Test
  void nobodyReadsTheJournalForUnitsThatAreInNoLoop() throws Exception {
    Instant now = Instant.ofEpochSecond(1_781_524_800);
    SortedMap<String, UnitStatus> units = new TreeMap<>();
    units.put(worker("a"), restarted(now, 2));
    units.put(new Layout("shop").service(), restarted(now, 40));
    CommandRunner none =
        command -> {
          throw new AssertionError(command.text());
        };
    assertThat(UnitStatuses.withRestartsLately(none, units, now)).isEqualTo(units);
  }

  private static UnitStatus restarted(Instant since, int restarts) {
    return new UnitStatus(
        "active", "running", "enabled", "success", Optional.of(since), 0, 0, restarts, 0);
  }

  @Test
  void theChildrenOfTheMainProcessAreCounted() throws Exception {
    Process parent =
        new ProcessBuilder("sh", "-c", "sleep 60 & sleep 60 & echo ready; wait").start();
    try {
      assertThat(parent.inputReader().readLine()).isEqualTo("ready");
      Map<String, UnitStatus> services =
          UnitStatuses.parse("Id=x.service\nMainPID=" + parent.pid() + "\n");
      assertThat(services.values()).extracting(UnitStatus::workers).containsExactly(2);
    } finally {
      parent.descendants().forEach(ProcessHandle::destroy);
      parent.destroy();
    }
  }
}
