// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.FleetStatus.HostLine;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Revisions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The status of a group as text. */
public final class FleetText {
  private static final String GAP = "  ";

  private final FleetStatus status;
  private final Gate gate;
  private final FleetWords words;

  private FleetText(FleetStatus status, Instant now) {
    this.status = status;
    this.gate = status.gate();
    this.words = new FleetWords(status, now);
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
    String indent = " ".repeat(status.group().length()) + GAP;
    text.append(status.group()).append(GAP);
    text.append(line(gate.stable(), words.progress())).append('\n');
    gate.candidate()
        .ifPresent(one -> text.append(indent).append(line(one, words.trial(one))).append('\n'));
    gate.held()
        .ifPresent(held ->
            text.append(indent)
                .append("halted by %s: %s".formatted(held.by(), held.why()))
                .append('\n'));
    List<HostLine> shown = words.shown(all);
    text.append('\n').append(table(shown));
    String rest = words.rest(shown);
    return rest.isEmpty() ? text.toString() : text.append(rest).append('\n').toString();
  }

  private static String line(FleetRelease release, String what) {
    return "release %d  %s  %s"
        .formatted(release.number(), Revisions.shortened(release.revisions().commit()), what);
  }

  private String table(List<HostLine> hosts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(FleetWords.COLUMNS);
    hosts.forEach(host -> rows.add(words.row(host)));
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
}
