// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The ports of standby instances. */
final class SparePortsTest {
  private static Map<String, List<Integer>> spare(
      Map<String, Integer> given, int low, int high, Integer... reserved) {
    return SparePorts.of(
        new Allocations(Allocations.ALGORITHM, new TreeMap<>(given)),
        List.of("b", "a"),
        new Pool("", low, high, new TreeSet<>(List.of(reserved))));
  }

  @Test
  void noneIsGivenReservedOrOfTwoApps() {
    assertThat(spare(Map.of("a", 29, "gone", 26), 20, 30, 28))
        .isEqualTo(Map.of("a", List.of(30, 27, 25), "b", List.of(24, 23, 22)));
  }

  @Test
  void aFullPoolHasNone() {
    assertThat(spare(Map.of("a", 20, "b", 21), 20, 22))
        .isEqualTo(Map.of("a", List.of(22), "b", List.of()));
  }
}
