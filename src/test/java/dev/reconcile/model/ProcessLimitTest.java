// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit is written into a unit as it stands, so it is one that systemd reads as it is meant. */
final class ProcessLimitTest {
  @ParameterizedTest
  @CsvSource({
    "MEMORY, 16M, true",
    "MEMORY, 16777216, true",
    "MEMORY, 99999T, true",
    "MEMORY, 999999999G, true",
    "MEMORY, 1%, true",
    "MEMORY, 100%, true",
    "MEMORY, 16777215, false",
    "MEMORY, 15M, false",
    "MEMORY, 0T, false",
    "MEMORY, 0%, false",
    "MEMORY, 101%, false",
    "MEMORY, 512MB, false",
    "MEMORY, 512m, false",
    "MEMORY, 1.5G, false",
    "MEMORY, infinity, false",
    "CPU, 5%, true",
    "CPU, 1600%, true",
    "CPU, 0%, false",
    "CPU, 150, false",
    "TASKS, 1, true",
    "TASKS, 4194304, true",
    "TASKS, 4194305, false",
    "TASKS, 0, false",
    "TASKS, 10%, false",
    "TASKS, 012, false",
    "FILES, 64, true",
    "FILES, 1048576, true",
    "FILES, 63, false",
    "FILES, 1048577, false",
    "FILES, 1024:8192, false",
  })
  void acceptsWhatSystemdReadsAsItIsMeant(ProcessLimit limit, String value, boolean accepted) {
    assertThat(limit.accepts(value)).isEqualTo(accepted);
  }
}
