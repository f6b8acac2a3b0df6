// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronTimesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 3 * * *|*-*-* 03:10",
        "*/15 * * * *|*-*-* *:00/15",
        "0 6 * * 1|Mon *-*-* 06:00",
        "0 6 * * mon-fri|Mon,Tue,Wed,Thu,Fri *-*-* 06:00",
        "0 6 * * 0,7|Sun *-*-* 06:00",
        "30 8-18/2 1,15 jan *|*-01-01,15 08..18/2:30",
        "  0   0  1 * * |*-*-01 00:00",
        "@daily|daily",
        "@midnight|daily",
      })
  void plainTimesAreTranslated(String cron, String calendar) {
    assertThat(CronTimes.isCron(cron)).isTrue();
    assertThat(CronTimes.calendar(cron)).contains(calendar);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 6 13 * 5",
        "0 6 * * */2",
        "61 * * * *",
        "@reboot",
        "0 3 * * * flask",
        "5-1 * * * *",
        "L * * * *",
        "0 6 * foo *",
        "0 6 * * 9",
      })
  void othersAreNot(String cron) {
    assertThat(CronTimes.isCron(cron)).isTrue();
    assertThat(CronTimes.calendar(cron)).isEmpty();
  }

  @Test
  void systemdsNotationIsNotCrons() {
    assertThat(CronTimes.isCron("*-*-* 03:10")).isFalse();
    assertThat(CronTimes.isCron("Mon..Fri *-*-* 03:10 Europe/Berlin")).isFalse();
    assertThat(CronTimes.isCron("hourly")).isFalse();
  }
}
