// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.FleetStatus.HostLine;
import dev.reconcile.fleet.FleetStatus.State;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.model.Diagnostic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The words about a group and its hosts, for text and page. */
final class FleetWords {
  /** The columns of the table of hosts. */
  static final List<String> COLUMNS =
      List.of("host", "release", "commit", "state", "since", "what");

  private static final int FEW = 50;
  private static final Duration SILENCE = Duration.ofMinutes(15);

  private final FleetStatus status;
  private final Gate gate;
  private final Instant now;
  private final List<HostLine> hosts;

  /**
   * @param now the time, against which each host's own time is shown
   */
  FleetWords(FleetStatus status, Instant now) {
    this.status = status;
    this.gate = status.gate();
    this.now = now;
    this.hosts = status.hosts();
  }

  /** Returns all hosts of a small group; of a large one those not well, at it or behind. */
  List<HostLine> shown(boolean all) {
    return all || hosts.size() <= FEW
        ? hosts
        : hosts.stream().filter(FleetWords::isOfNote).toList();
  }

  private static boolean isOfNote(HostLine host) {
    return host.state() != State.WELL || host.isShared();
  }

  /** Returns the sentence about the hosts that are not shown; empty if all are. */
  String rest(List<HostLine> shown) {
    int more = hosts.size() - shown.size();
    return more == 0 ? "" : "%d more hosts are well.".formatted(more);
  }

  /** Returns how far the stable release has come. */
  String progress() {
    int slots = gate.stable().numbers().maxUnavailable();
    int allowed = gate.stable().numbers().haltAfter();
    long have = status.have();
    List<String> parts = new ArrayList<>();
    parts.add(
        "%s: %d of %d hosts have it"
            .formatted(have == hosts.size() ? "complete" : word(), have, hosts.size()));
    if (!gate.holders().isEmpty()) {
      parts.add("%d of %d slots taken".formatted(gate.holders().size(), slots));
    }
    long failed =
        gate.failed().values().stream()
            .filter(release -> release == gate.stable().number())
            .count();
    if (failed > 0) {
      parts.add("%d failed (of %d)".formatted(failed, allowed));
    }
    return String.join(", ", parts);
  }

  private String word() {
    boolean isHalted = gate.held().isPresent() || status.hasFailed(gate.stable());
    return isHalted ? "halted" : "rolling";
  }

  /** Returns how far the candidate has come. */
  String trial(FleetRelease candidate) {
    String canaries = String.join(", ", gate.canaries());
    if (status.hasFailed(candidate)) {
      return "failed on %s; the next commit replaces it".formatted(canaries);
    }
    Duration soak = gate.stable().numbers().soak();
    String proved = gate.proved().isEmpty() ? "" : "; proved: " + String.join(", ", gate.proved());
    return "tried on %s%s%s"
        .formatted(canaries, soak.isZero() ? "" : "; soak " + length(soak), proved);
  }

  /** Returns a duration. */
  static String length(Duration time) {
    return RelativeTime.between(Instant.EPOCH, Instant.EPOCH.plus(time));
  }

  /** Returns the cells of a host, one for each of {@link #COLUMNS}. */
  List<String> row(HostLine host) {
    return List.of(
        host.name(),
        host.release() == 0 ? "-" : String.valueOf(host.release()),
        host.commit().isEmpty() ? "-" : Revisions.shortened(host.commit()),
        host.state().word(),
        host.since().map(since -> RelativeTime.between(since, now)).orElse("-"),
        what(host));
  }

  private String what(HostLine host) {
    List<String> parts = new ArrayList<>();
    if (host.isCanary()) {
      parts.add(host.isSkipped() ? "canary, skipped" : "canary");
    }
    if (host.isShared()) {
      parts.add("two machines have this name");
    }
    parts.addAll(host.failures());
    boolean isSilent =
        host.state() == State.AT_IT
            && host.since().filter(since -> since.plus(SILENCE).isBefore(now)).isPresent();
    if (isSilent) {
      parts.add("has not spoken since; if it is gone: " + skip(host.name()));
    }
    if (host.since().isEmpty() && host.state() != State.AT_IT) {
      parts.add("has not spoken yet");
    }
    return String.join("; ", parts);
  }

  private static String skip(String host) {
    return "reconcile fleet skip " + Diagnostic.word(host);
  }
}
