// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.fleet.FleetNumbers;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.HostRow;
import dev.reconcile.fleet.HostRow.State;
import dev.reconcile.fleet.Revisions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A group of hosts at a time, for the tests of its reports. */
final class FleetSample {
  static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  static final String STABLE = "3f2a91c" + "0".repeat(33);
  static final String CANDIDATE = "a81c04e" + "0".repeat(33);
  static final String BEFORE = "8be01d4" + "0".repeat(33);

  final SortedMap<String, Optional<HostRow>> rows = new TreeMap<>();
  final SortedMap<String, Holder> holders = new TreeMap<>();
  final SortedMap<String, Integer> failed = new TreeMap<>();
  final SortedMap<String, String> sources = new TreeMap<>();
  final SortedSet<String> proved = new TreeSet<>();
  Optional<Gate.Held> held = Optional.empty();

  private FleetRelease release(int number, String commit) {
    return new FleetRelease(
        number,
        new Revisions(commit, sources),
        new FleetNumbers(2, new TreeSet<>(List.of("web1")), Duration.ofMinutes(10), 3));
  }

  void row(String host, int release, String commit, State state, int minutes, String... failures) {
    rows.put(
        host,
        Optional.of(
            new HostRow(
                new TreeSet<>(List.of("a".repeat(32))),
                release,
                commit,
                state,
                List.of(failures),
                "1.0",
                NOW.minus(Duration.ofMinutes(minutes)))));
  }

  FleetStatus status(boolean isTried) {
    return new FleetStatus(
        "web",
        new Gate(
            1,
            18,
            release(17, STABLE),
            isTried ? Optional.of(release(18, CANDIDATE)) : Optional.empty(),
            holders,
            failed,
            proved,
            new TreeSet<>(),
            1,
            held),
        rows);
  }
}
