// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.model.Diagnostic;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a host says of itself to the others. No rule depends on it, except that two machines with
 * one name get no slot.
 *
 * @param machines the ids of the machines that use the name; more than one is a mistake
 * @param release the number of the release
 * @param commit the commit of that release
 * @param state what the host does or did with it
 * @param failures the failed apps, a line each, at most {@link #MOST_FAILURES}
 * @param version the version of reconcile
 * @param time the host's time, to show only
 */
public record HostRow(
    SortedSet<String> machines,
    int release,
    String commit,
    State state,
    List<String> failures,
    String version,
    Instant time) {
  /** The greatest number of lines about failed apps. */
  public static final int MOST_FAILURES = 20;

  /** The greatest length of a line about a failed app. */
  public static final int LONGEST_FAILURE = 200;

  /** The state of a host in a release. */
  public enum State {
    /** The host has a slot. */
    AT_IT,
    /** The host has the release, and every app answers. */
    WELL,
    /** The host has the release, and stays well for some time to prove it. */
    SOAKING,
    /** The release failed here, and was taken back. */
    FAILED,
    /** The release failed here, and something does not answer. */
    UNWELL
  }

  public HostRow {
    machines = Collections.unmodifiableSortedSet(new TreeSet<>(machines));
    failures = lines(failures);
  }

  /** Returns messages as a row has them: few, short, a line each, without passwords. */
  static List<String> lines(List<String> messages) {
    return messages.stream()
        .limit(MOST_FAILURES)
        .map(line -> Diagnostic.shown(line).replaceAll("[\\n\\t]", " "))
        .map(line -> line.substring(0, Math.min(line.length(), LONGEST_FAILURE)))
        .toList();
  }

  /** Tells whether a machine alone uses the name. */
  boolean isOf(String machine) {
    return machines.size() == 1 && machines.contains(machine);
  }

  /** Tells whether another row says the same, at another time or by another version. */
  boolean saysTheSame(HostRow other) {
    return machines.equals(other.machines)
        && release == other.release
        && commit.equals(other.commit)
        && state == other.state
        && failures.equals(other.failures);
  }

  /** Returns the row with a further machine that uses the name. */
  HostRow sharedWith(String machine) {
    SortedSet<String> all = new TreeSet<>(machines);
    all.add(machine);
    return new HostRow(all, release, commit, state, failures, version, time);
  }
}
