// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
  void nothingIsRead() {
    assertThat(ScheduleTimes.next("")).isEmpty();
  }
}
