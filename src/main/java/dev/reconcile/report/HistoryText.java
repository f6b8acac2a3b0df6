// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Undo;
import dev.reconcile.state.Manifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs that changed something, as a person reads them. */
public final class HistoryText {
  private static final int SHORT = 12;

  private HistoryText() {}

  /** A line a run, in the order given. */
  public static String of(List<Manifest> runs) {
    if (runs.isEmpty()) {
      return "No run has changed anything yet.\n";
    }
    StringBuilder text = new StringBuilder();
    for (Manifest run : runs) {
      text.append(run.run())
          .append("  ")
          .append(run.revision(), 0, Math.min(SHORT, run.revision().length()))
          .append("  ")
          .append(results(run.results(), " "))
          .append('\n');
    }
    return text.toString();
  }

  /** The line of a run, and a line for each change that it was about to make. */
  public static String detailed(Manifest run) {
    StringBuilder text = new StringBuilder(of(List.of(run)));
    for (Undo undo : run.undos()) {
      text.append("  ").append(undo.verb()).append(' ').append(undo.address()).append('\n');
    }
    return text.toString();
  }

  /**
   * What became of whom, in words.
   *
   * @param results app to result; empty if the run did not come to its end
   * @param between what stands between a result and whom it is of
   */
  static String results(Map<String, String> results, String between) {
    if (results.isEmpty()) {
      return "did not come to its end";
    }
    Map<String, String> byResult = new TreeMap<>();
    results.forEach((app, result) ->
        byResult.merge(result, app.isEmpty() ? "the host" : app, (a, b) -> a + ", " + b));
    return byResult.entrySet().stream()
        .map(entry -> entry.getKey() + between + entry.getValue())
        .collect(Collectors.joining("; "));
  }
}
