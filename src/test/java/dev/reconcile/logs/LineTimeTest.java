// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The times that lines of logs name. */
final class LineTimeTest {
  private final LineTime times = new LineTime(ZoneId.of("Europe/Berlin"));

  private void assertTime(String line, String time) {
    assertThat(times.of(line)).as(line).isEqualTo(Optional.of(Instant.parse(time)));
  }

  @Test
  void theFormatsOfGunicornNginxAndPython() {
    assertTime(
        "192.0.2.1 - ann [29/Nov/2026:10:00:00 +0100] \"GET / HTTP/1.1\" 200",
        "2026-11-29T09:00:00Z");
    assertTime("[2026-11-29 10:00:00 +0000] [7] [INFO] Booting worker", "2026-11-29T10:00:00Z");
    assertTime("2026/07/29 10:00:00 [error] 5#5: *1 connect() failed", "2026-07-29T08:00:00Z");
    assertTime("2026-11-29 10:00:00,123 INFO sqlalchemy", "2026-11-29T09:00:00.123Z");
    assertTime("2026-11-29T10:00:00.5Z started", "2026-11-29T10:00:00.500Z");
    assertTime("2026-11-29T10:00:00+02:00 started", "2026-11-29T08:00:00Z");
  }

  @Test
  void otherLinesHaveNone() {
    assertThat(times.of("  File \"main.py\", line 3")).isEmpty();
    assertThat(times.of("")).isEmpty();
    assertThat(times.of("2026/13/45 99:99:99 no date")).isEmpty();
    assertThat(times.of("x".repeat(1000) + " [29/Nov/2026:10:00:00 +0000]")).isEmpty();
  }
}
