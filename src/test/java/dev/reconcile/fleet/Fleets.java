// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Values of a fleet for tests. */
final class Fleets {
  static final Instant TIME = Instant.parse("2026-11-30T03:00:00Z");
  static final String MACHINE = "a".repeat(32);
  static final String OTHER_MACHINE = "b".repeat(32);
  static final String SOURCE = "https://git.example/shop.git main";

  private Fleets() {}

  static FleetNumbers numbers(int most, String... canaries) {
    return new FleetNumbers(most, new TreeSet<>(List.of(canaries)), Duration.ofMinutes(10), 1);
  }

  static Revisions commit(int position) {
    return new Revisions(ModelCommit.id(position), new TreeMap<>());
  }

  static Revisions commit(int position, int source) {
    return new Revisions(
        ModelCommit.id(position), new TreeMap<>(Map.of(SOURCE, ModelCommit.id(source))));
  }

  /** A group whose stable release, number 1, is commit 1. */
  static Gate gate(FleetNumbers numbers) {
    return Operators.start(Optional.empty(), Optional.empty(), commit(1), numbers);
  }

  static HostRow row(String machine) {
    return new HostRow(
        new TreeSet<>(List.of(machine)),
        1,
        ModelCommit.id(1),
        HostRow.State.WELL,
        List.of(),
        "1.0",
        TIME);
  }
}
