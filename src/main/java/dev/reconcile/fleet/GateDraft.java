// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.Gate.Held;
import dev.reconcile.fleet.Gate.Holder;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A copy of a gate that a rule changes; the gate that it was made of stays as it is. */
final class GateDraft {
  private final int start;
  int newest;
  FleetRelease stable;
  Optional<FleetRelease> candidate;
  final SortedMap<String, Holder> holders;
  final SortedMap<String, Integer> failed;
  final SortedSet<String> proved;
  final SortedSet<String> skipped;
  int ok;
  Optional<Held> held;

  GateDraft(Gate gate) {
    this.start = gate.start();
    this.newest = gate.newest();
    this.stable = gate.stable();
    this.candidate = gate.candidate();
    this.holders = new TreeMap<>(gate.holders());
    this.failed = new TreeMap<>(gate.failed());
    this.proved = new TreeSet<>(gate.proved());
    this.skipped = new TreeSet<>(gate.skipped());
    this.ok = gate.ok();
    this.held = gate.held();
  }

  /** Takes the candidate away, with all that was known of it. */
  void dropCandidate() {
    candidate.ifPresent(one -> failed.values().removeIf(release -> release == one.number()));
    candidate = Optional.empty();
    proved.clear();
    skipped.clear();
  }

  /** Makes the candidate the stable release. */
  void promote(FleetRelease proven) {
    dropCandidate();
    stable = proven;
    failed.clear();
    ok = 0;
  }

  Gate gate() {
    return new Gate(start, newest, stable, candidate, holders, failed, proved, skipped, ok, held);
  }
}
