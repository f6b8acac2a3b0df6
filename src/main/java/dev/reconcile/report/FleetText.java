// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.FleetStatus.HostLine;
import dev.reconcile.fleet.FleetStatus.State;
import dev.reconcile.fleet.Gate;
import dev.reconcile.model.Diagnostic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The status of a group as text. */
public final class FleetText {
  private static final int FEW = 50;
  private static final int SHORT = 7;
  private static final String GAP = "  ";
  private static final Duration SILENCE = Duration.ofMinutes(15);

  private final FleetStatus status;
  private final Gate gate;
  private final Instant now;

  private FleetText(FleetStatus status, Instant now) {
    this.status = status;
    this.gate = status.gate();
    this.now = now;
  }

  /**
   * Returns the text.
   *
   * @param now the time, against which each host's own time is shown
   * @param all whether every host has a line, also in a large group
   */
  public static String of(FleetStatus status, Instant now, boolean all) {
    return new FleetText(status, now).text(all);
  }

  private String text(boolean all) {
    StringBuilder text = new StringBuilder();
    String indent = " ".repeat(status.group().length());
    text.append(status.group()).append(GAP).append(line(gate.stable(), progress())).append('\n');
    gate.candidate()
        .ifPresent(
            one -> text.append(indent).append(GAP).append(line(one, trial(one))).append('\n'));
    gate.held()
        .ifPresent(held ->
            text.append(indent)
                .append(GAP)
                .append("halted by %s: %s".formatted(held.by(), held.why()))
                .append('\n'));
    List<HostLine> hosts = status.hosts();
    List<HostLine> shown =
        all || hosts.size() <= FEW ? hosts : hosts.stream().filter(FleetText::isOfNote).toList();
    text.append('\n').append(table(shown));
    if (shown.size() < hosts.size()) {
      text.append("%d more hosts are well.\n".formatted(hosts.size() - shown.size()));
    }
    return text.toString();
  }

  private static boolean isOfNote(HostLine host) {
    return host.state() != State.WELL || host.isShared();
  }

  private static String line(FleetRelease release, String what) {
    return "release %d  %s  %s"
        .formatted(release.number(), shortened(release.revisions().commit()), what);
  }

  private String progress() {
    int slots = gate.stable().numbers().maxUnavailable();
    int allowed = gate.stable().numbers().haltAfter();
    long have = status.have();
    int hosts = status.hosts().size();
    List<String> parts = new ArrayList<>();
    parts.add(
        "%s: %d of %d hosts have it".formatted(have == hosts ? "complete" : word(), have, hosts));
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

  private String trial(FleetRelease candidate) {
    String canaries = String.join(", ", gate.canaries());
    if (status.hasFailed(candidate)) {
      return "failed on %s; the next commit replaces it".formatted(canaries);
    }
    Duration soak = gate.stable().numbers().soak();
    String proved = gate.proved().isEmpty() ? "" : "; proved: " + String.join(", ", gate.proved());
    return "tried on %s%s%s"
        .formatted(canaries, soak.isZero() ? "" : "; soak " + length(soak), proved);
  }

  private static String length(Duration time) {
    return RelativeTime.between(Instant.EPOCH, Instant.EPOCH.plus(time));
  }

  private String table(List<HostLine> hosts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("host", "release", "commit", "state", "since", "what"));
    hosts.forEach(host -> rows.add(row(host)));
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private List<String> row(HostLine host) {
    return List.of(
        host.name(),
        host.release() == 0 ? "-" : String.valueOf(host.release()),
        host.commit().isEmpty() ? "-" : shortened(host.commit()),
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

  private static String shortened(String commit) {
    return commit.substring(0, Math.min(SHORT, commit.length()));
  }
}
