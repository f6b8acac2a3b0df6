// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A clock that stands still or is set back gives no name twice. */
final class RunIdTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void namesOfOneInstantDiffer() {
    List<String> names = IntStream.range(0, 2000).mapToObj(_ -> RunId.at(NOON)).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(n -> n.startsWith("20260301T120000Z-"));
  }

  @Test
  void namesSortByTime() {
    assertThat(RunId.at(NOON)).isLessThan(RunId.at(NOON.plusSeconds(1)));
  }
}
