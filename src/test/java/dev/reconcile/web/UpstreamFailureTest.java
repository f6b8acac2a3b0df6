// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.TimeZone;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The age of a line of nginx's error log. */
final class UpstreamFailureTest {
  private static final Instant NOW = Instant.parse("2026-07-01T12:00:30Z");

  @ParameterizedTest
  @CsvSource({
    "UTC, 2026/07/01 12:00:00, true",
    "UTC, 2026/07/01 11:58:00, false",
    "Asia/Seoul, 2026/07/01 21:00:00, true",
    "Asia/Seoul, 2026/07/01 12:00:00, false",
    "America/New_York, 2026/07/01 08:00:00, true",
    "America/New_York, 2026/07/01 07:50:00, false",
    "UTC, 2026/07/01, false",
    "UTC, nothing of the sort here, false"
  })
  void ageIsThatInNginxsZone(String zone, String time, boolean isRecent) {
    TimeZone own = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertThat(
              UpstreamFailure.isRecent(
                  time + " [error] 1#1: *1 x, host: \"a\"", NOW, ZoneId.of(zone)))
          .isEqualTo(isRecent);
    } finally {
      TimeZone.setDefault(own);
    }
  }
}
