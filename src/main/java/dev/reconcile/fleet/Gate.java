// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a group, which its hosts exchange whole.
 *
 * <p>Invariant: the candidate is newer than the stable release, and no release is newer than {@code
 * newest}.
 *
 * @param start how often the group was started, from 1; a gate of an earlier start is too old
 * @param newest the greatest number that a release of this group ever had
 * @param stable the release that every host may go to
 * @param candidate the release that the canaries try
 * @param holders the hosts that are at it; a host without a word keeps its place for ever
 * @param failed the hosts that failed, with the number of the release
 * @param proved the canaries that have proved the candidate
 * @param skipped the canaries that the candidate does not wait for
 * @param ok how many hosts have taken the stable release with changes
 * @param held who has halted the rollout, and why
 */
public record Gate(
    int start,
    int newest,
    FleetRelease stable,
    Optional<FleetRelease> candidate,
    SortedMap<String, Holder> holders,
    SortedMap<String, Integer> failed,
    SortedSet<String> proved,
    SortedSet<String> skipped,
    int ok,
    Optional<Held> held) {
  /**
   * A slot that a host holds.
   *
   * @param release the number of the release; 0 for a commit that is no release of the group
   * @param step whether the host runs release steps
   */
  public record Holder(int release, boolean step) {}

  /**
   * A halt by an operator.
   *
   * @param by the operator and the host
   * @param why the reason
   */
  public record Held(String by, String why) {}

  public Gate {
    if (start < 1
        || ok < 0
        || newest < candidate.orElse(stable).number()
        || (candidate.isPresent() && candidate.get().number() <= stable.number())) {
      throw new IllegalArgumentException("a gate whose numbers contradict each other");
    }
    holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
    failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
    proved = Collections.unmodifiableSortedSet(new TreeSet<>(proved));
    skipped = Collections.unmodifiableSortedSet(new TreeSet<>(skipped));
  }

  /** Returns the gate of a group that begins with a release. */
  static Gate of(int start, FleetRelease stable) {
    return new Gate(
        start,
        stable.number(),
        stable,
        Optional.empty(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedSet(),
        Collections.emptySortedSet(),
        0,
        Optional.empty());
  }

  /** Returns the canaries that count: those of the stable release. */
  public SortedSet<String> canaries() {
    return stable.numbers().canaries();
  }

  /** Returns the newest release: the candidate, or else the stable one. */
  public FleetRelease newestRelease() {
    return candidate.orElse(stable);
  }

  /** Returns the release that a host goes to: a canary to the candidate, if there is one. */
  public FleetRelease targetOf(String host) {
    return canaries().contains(host) ? newestRelease() : stable;
  }

  /** Tells whether the candidate has this number. */
  public boolean isCandidate(int release) {
    return candidate.isPresent() && candidate.get().number() == release;
  }
}
