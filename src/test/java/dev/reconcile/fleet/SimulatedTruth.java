// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Grant;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * What really happens on the hosts of {@link SimulatedFleet}, apart from the gate, and which of
 * their runs are killed.
 *
 * <p>Invariant: a host that was killed half-way is at it until it has come to an end.
 */
final class SimulatedTruth {
  private final SplittableRandom random = new SplittableRandom(1);
  private final SortedSet<String> atIt = new TreeSet<>();
  private final Map<String, SortedSet<String>> begun = new HashMap<>();
  private final Map<String, Long> gone = new HashMap<>();
  private int mostAtIt;
  private int killed;
  private int oneOf;

  /** The instants at which a run may be killed. */
  enum Instant {
    /** The engine has a request, and the host not yet the answer. */
    ASKED,
    /** The host is at it. */
    HALF_WAY,
    /** The host has done it, and said nothing yet. */
    APPLIED
  }

  // ---- what the hosts do

  /** A host is at it, or goes on. */
  synchronized void begins(String host, Grant grant) {
    atIt.add(host);
    begun.computeIfAbsent(grant.revisions().commit(), _ -> new TreeSet<>()).add(host);
    mostAtIt = Math.max(mostAtIt, atIt.size());
  }

  /** A host is as it was, or as the release wants it; or an operator does not wait for it. */
  synchronized void ends(String host) {
    atIt.remove(host);
  }

  /** Tells whether a run is killed now. */
  synchronized boolean kills(Instant instant) {
    int rarely = instant == Instant.ASKED ? 4 : 1;
    boolean dies = oneOf > 0 && random.nextInt(oneOf * rarely) == 0;
    killed += dies ? 1 : 0;
    return dies;
  }

  /** Tells whether a host whose run was killed never comes back. */
  synchronized boolean isGoneForGood(String host) {
    boolean never = random.nextInt(6) == 0;
    if (never) {
      gone.put(host, System.nanoTime());
    }
    return never;
  }

  // ---- what somebody sees who looks at it

  /** From now on one of so many applies is killed half-way, and some more elsewhere; 0 for none. */
  synchronized void killOneOf(int applies) {
    oneOf = applies;
  }

  /** Returns how many runs were killed. */
  synchronized int killed() {
    return killed;
  }

  /** Returns the hosts that are gone for good since some time. */
  synchronized Set<String> gone(Duration since) {
    Set<String> hosts = new TreeSet<>();
    gone.forEach((host, moment) -> {
      if (System.nanoTime() - moment >= since.toNanos()) {
        hosts.add(host);
      }
    });
    return hosts;
  }

  /** Returns the greatest number of hosts that were at it at once. */
  synchronized int mostAtIt() {
    return mostAtIt;
  }

  /** From now on the greatest number counts anew. */
  synchronized void countAnew() {
    mostAtIt = atIt.size();
  }

  /** Returns the hosts that have begun with a commit. */
  synchronized Set<String> reachOf(String commit) {
    return new TreeSet<>(begun.getOrDefault(commit, Collections.emptySortedSet()));
  }
}
