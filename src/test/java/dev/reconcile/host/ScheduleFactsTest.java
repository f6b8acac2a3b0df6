// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScheduleFactsTest {
  @Test
  void readsServicesAndTimersOfEitherVersion() {
    Map<String, ScheduleFacts> units =
        ScheduleFacts.parse(
            """
            Id=gunicorn-schedule@shop.a.service
            ActiveState=failed
            Result=exit-code
            ExecMainStatus=3
            ExecMainStartTimestamp=@1795989324
            ExecMainExitTimestamp=@1795989329
            InactiveEnterTimestamp=@1795989330

            Id=gunicorn-schedule@shop.b.service
            ActiveState=activating
            Result=success
            ExecMainStatus=0
            ExecMainStartTimestamp=@1795989324
            ExecMainExitTimestamp=
            InactiveEnterTimestamp=@1795989000

            Id=gunicorn-schedule@shop.a.timer
            ActiveState=active
            Result=success
            NextElapseUSecRealtime=Mon 2026-11-30 03:10:00 UTC

            Id=gunicorn-schedule@shop.b.timer
            ActiveState=active
            NextElapseUSecRealtime=@1795989324.250000

            Id=gunicorn-schedule@shop.c.timer
            ActiveState=active
            NextElapseUSecRealtime=n/a
            """);

    ScheduleFacts failed = units.getOrDefault("gunicorn-schedule@shop.a.service", none());
    assertThat(failed.code()).isEqualTo(3);
    assertThat(failed.started()).contains(Instant.ofEpochSecond(1795989324));
    assertThat(failed.ended()).contains(Instant.ofEpochSecond(1795989329));
    assertThat(units.getOrDefault("gunicorn-schedule@shop.b.service", none()).ended()).isEmpty();
    assertThat(units.getOrDefault("gunicorn-schedule@shop.a.timer", none()).next())
        .contains(Instant.parse("2026-11-30T03:10:00Z"));
    assertThat(units.getOrDefault("gunicorn-schedule@shop.b.timer", none()).next())
        .contains(Instant.ofEpochSecond(1795989324));
    assertThat(units.getOrDefault("gunicorn-schedule@shop.c.timer", none()).next())
        .isEqualTo(Optional.empty());
  }

  @Test
  void recordOfTheServiceHasTheLastRun() {
    ScheduleFacts run = ScheduleFacts.record("exit-code 3 1795989324 1795989329\n");
    assertThat(run.result()).isEqualTo("exit-code");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.started()).contains(Instant.ofEpochSecond(1795989324));
    assertThat(run.ended()).contains(Instant.ofEpochSecond(1795989329));
    assertThat(ScheduleFacts.record("signal TERM 1795989324 1795989329").code()).isZero();
    assertThat(ScheduleFacts.record("success 0  1795989329")).isEqualTo(none());
    assertThat(ScheduleFacts.record("")).isEqualTo(none());
  }

  private static ScheduleFacts none() {
    return ScheduleFacts.NOT_LOADED;
  }
}
