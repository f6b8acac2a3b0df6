// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The status of a group: how far its releases have come, and what each host says.
 *
 * @param group the name of the group
 * @param gate the gate
 * @param rows the row of each host; empty if it cannot be understood
 */
public record FleetStatus(String group, Gate gate, SortedMap<String, Optional<HostRow>> rows) {
  /** The state of a host. */
  public enum State {
    /** The host has its release, and every app answers. */
    WELL("well"),
    /** The host has the candidate, and must stay well for some time. */
    SOAKING("soaking"),
    /** The host has an earlier release, and waits or has not come by yet. */
    BEHIND("behind"),
    /** The host holds a slot. */
    AT_IT("at it"),
    /** Its release failed, and was taken back. */
    FAILED("failed"),
    /** Its release failed, and something does not answer. */
    UNWELL("unwell"),
    /** The host has never spoken, or its row cannot be understood. */
    UNKNOWN("unknown");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** Returns the word in reports. */
    public String word() {
      return word;
    }
  }

  /**
   * A host of the group.
   *
   * @param name its name
   * @param release the number of the release that it spoke of last; 0 if it never spoke
   * @param commit the commit of that release; empty if it never spoke
   * @param state its state
   * @param since the time at which it spoke last, by its own clock
   * @param isCanary whether it tries a release before all others
   * @param isSkipped whether the candidate does not wait for it
   * @param isShared whether two machines have its name
   * @param failures the failed apps, a line each
   */
  public record HostLine(
      String name,
      int release,
      String commit,
      State state,
      Optional<Instant> since,
      boolean isCanary,
      boolean isSkipped,
      boolean isShared,
      List<String> failures) {
    public HostLine {
      failures = List.copyOf(failures);
    }

    /** Tells whether an operator should look at the host. */
    public boolean isInTrouble() {
      return state == State.FAILED || state == State.UNWELL || isShared;
    }
  }

  public FleetStatus {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }

  /** Returns all hosts, by name. */
  public List<HostLine> hosts() {
    SortedSet<String> names = new TreeSet<>(rows.keySet());
    names.addAll(gate.holders().keySet());
    names.addAll(gate.failed().keySet());
    names.addAll(gate.canaries());
    List<HostLine> lines = new ArrayList<>();
    for (String name : names) {
      Optional<HostRow> row = rows.getOrDefault(name, Optional.empty());
      lines.add(
          new HostLine(
              name,
              row.map(HostRow::release).orElse(0),
              row.map(HostRow::commit).orElse(""),
              state(name, row),
              row.map(HostRow::time),
              gate.canaries().contains(name),
              gate.skipped().contains(name),
              row.filter(one -> one.machines().size() > 1).isPresent(),
              row.map(HostRow::failures).orElse(List.of())));
    }
    return lines;
  }

  private State state(String host, Optional<HostRow> row) {
    boolean isUnwell = row.filter(one -> one.state() == HostRow.State.UNWELL).isPresent();
    if (gate.holders().containsKey(host)) {
      return isUnwell ? State.UNWELL : State.AT_IT;
    }
    if (gate.failed().containsKey(host)) {
      return State.FAILED;
    }
    if (row.isEmpty()) {
      return State.UNKNOWN;
    }
    if (row.get().release() < gate.targetOf(host).number() && !hasSame(host, row.get())) {
      return State.BEHIND;
    }
    return switch (row.get().state()) {
      case AT_IT -> State.BEHIND; // its slot was given to nobody: it was skipped
      case WELL -> State.WELL;
      case SOAKING -> State.SOAKING;
      case FAILED -> State.FAILED;
      case UNWELL -> State.UNWELL;
    };
  }

  // After a new start of the group, its first release is what hosts have, under another number.
  // A row does not tell the commits of sources.
  private boolean hasSame(String host, HostRow row) {
    Revisions target = gate.targetOf(host).revisions();
    return row.commit().equals(target.commit()) && target.sources().isEmpty();
  }

  /** Counts the hosts that have the stable release, or a later one. */
  public long have() {
    return hosts().stream().filter(this::has).count();
  }

  /**
   * Tells whether a host has the stable release. A canary that is at the candidate, or has taken it
   * back, had the stable one before.
   */
  public boolean has(HostLine host) {
    return switch (host.state()) {
      case WELL, SOAKING -> true;
      case AT_IT, FAILED -> host.release() > gate.stable().number();
      case UNWELL, BEHIND, UNKNOWN -> false;
    };
  }

  /** Returns the hosts on which a release failed, whoever forgave it since. */
  public long failed() {
    return hosts().stream().filter(HostLine::isInTrouble).count();
  }

  /** Tells whether the rollout of a release is over because it failed. */
  public boolean hasFailed(FleetRelease release) {
    return FleetRules.CONTRACT.hasFailed(gate, release.number());
  }

  /** Tells whether nothing failed, is halted or does not answer. */
  public boolean isWell() {
    return gate.held().isEmpty() && gate.failed().isEmpty() && failed() == 0;
  }
}
