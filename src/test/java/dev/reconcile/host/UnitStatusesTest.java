// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.UnitStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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
