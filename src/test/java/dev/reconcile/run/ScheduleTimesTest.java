// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.AppCommand;
import dev.reconcile.app.ProcessLimits;
import dev.reconcile.app.Schedule;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScheduleTimesTest {
  @Test
  void readsTheNextTimesOfEachCalendar() {
    String output =
        """
          Original form: *-*-* 03:10
        Normalized form: *-*-* 03:10:00
            Next elapse: Mon 2026-11-30 03:10:00 CET
               (in UTC): Mon 2026-11-30 02:10:00 UTC
               From now: 5h 15min left
               Iter. #2: Tue 2026-12-01 03:10:00 CET
               (in UTC): Tue 2026-12-01 02:10:00 UTC
               From now: 1 day 5h left

        Normalized form: 2020-01-01 00:00:00
            Next elapse: never

        Normalized form: *-*-* *:00:00
            Next elapse: Sun 2026-11-29 22:00:00 CET
           Iteration #2: Sun 2026-11-29 23:00:00 CET
        """;

    assertThat(ScheduleTimes.next(output))
        .containsExactly(
            List.of("Mon 2026-11-30 03:10:00 CET", "Tue 2026-12-01 03:10:00 CET"),
            List.of("never"),
            List.of("Sun 2026-11-29 22:00:00 CET", "Sun 2026-11-29 23:00:00 CET"));
  }

  @Test
  void namesEachTextThatSystemdRefuses() {
    Diagnostic one = ScheduleTimes.refusal("shop", List.of(schedule("nightly", "every day", 7)));
    Diagnostic both =
        ScheduleTimes.refusal(
            "shop", List.of(schedule("nightly", "every day", 7), schedule("mail", "25:00", 8)));

    assertThat(one.detail())
        .startsWith("systemd does not understand \"every day\". It reads")
        .contains("Until this is corrected, shop stays as it is.");
    assertThat(both.detail())
        .contains("\"every day\" (nightly, line 7), \"25:00\" (mail, line 8). It reads");
    assertThat(both.origin()).contains(new Origin("apps/shop.yaml", 7, 3, ""));
    assertThat(both.command()).contains("systemd-analyze calendar 'every day' '25:00'");
  }

  private static Schedule schedule(String name, String at, int line) {
    Origin origin = new Origin("apps/shop.yaml", line, 3, "");
    AppCommand command = new AppCommand(List.of("flask"), Duration.ofHours(1), origin);
    return new Schedule(
        name, command, at, origin, false, Duration.ZERO, Map.of(), ProcessLimits.NONE, origin);
  }

  @Test
  void nothingIsRead() {
    assertThat(ScheduleTimes.next("")).isEmpty();
  }
}
