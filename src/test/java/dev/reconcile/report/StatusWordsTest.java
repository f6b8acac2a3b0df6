// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.UnitStatus;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of a unit is compared with its limit, also where the kernel does not count it. */
final class StatusWordsTest {
  @ParameterizedTest
  @CsvSource({
    "active, 64, 0, 0, 64 MiB",
    "active, 64, 512, 0, 64 of 512 MiB",
    "active, 0, 512, 0, [not set] of 512 MiB",
    "active, 64, 512, 1, '64 of 512 MiB, killed once for want of memory'",
    "active, 64, 512, 3, '64 of 512 MiB, killed 3 times for want of memory'",
    "active, 0, 0, 0, -",
    "failed, 0, 512, 0, -",
    "failed, 0, 512, 2, killed 2 times for want of memory",
  })
  void memoryAgainstItsLimit(String state, long use, long limit, int kills, String words) {
    UnitStatus unit =
        new UnitStatus(
            state, "", "", "", Optional.empty(), 1, 0, kills, use << 20, limit << 20, 0, kills);

    assertThat(StatusWords.memory(unit).orElse(StatusWords.NONE)).isEqualTo(words);
  }
}
