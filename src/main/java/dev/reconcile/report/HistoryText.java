// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Undo;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.Manifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The runs that changed something, as text. */
public final class HistoryText {
  private static final int SHORT = 12;

  private HistoryText() {}

  /** Returns one line for each run, in the given order. */
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
          .append(mark(run.command()))
          .append(results(run.results(), " "))
          .append('\n');
      run.notes().forEach((app, note) -> text.append("  ").append(note(app, note)).append('\n'));
    }
    return text.toString();
  }

  /**
   * Returns the mark before the results of a run that a person started; empty for an apply.
   *
   * @param command the command of the run
   */
  static String mark(String command) {
    return command.isEmpty() || command.equals("apply") ? "" : command + ": ";
  }

  /** Returns a note about an app on one line. */
  static String note(String app, String note) {
    return app + ": " + note;
  }

  /** Returns the line of a run, and one line for each change that the run was about to make. */
  public static String detailed(Manifest run) {
    StringBuilder text = new StringBuilder(of(List.of(run)));
    for (Undo undo : run.undos()) {
      text.append("  ").append(undo.verb()).append(' ').append(undo.address()).append('\n');
    }
    return text.toString();
  }

  /** Returns the line of a run that has changed nothing, and one line for each of its errors. */
  public static String withoutChanges(LastRun run) {
    StringBuilder text = new StringBuilder(run.run()).append("  ");
    if (!run.revision().isEmpty()) {
      text.append(run.revision(), 0, Math.min(SHORT, run.revision().length())).append("  ");
    }
    text.append("changed nothing, exit code ").append(run.exit()).append('\n');
    run.errors().forEach(error -> text.append("  ").append(error).append('\n'));
    return text.toString();
  }

  /**
   * Returns the results of a run in words.
   *
   * @param results app to result, with an empty name for the host; empty if the run did not finish
   * @param between the separator between a result and its apps
   */
  static String results(Map<String, String> results, String between) {
    if (results.isEmpty()) {
      return "interrupted";
    }
    Map<String, String> byResult = new TreeMap<>();
    results.forEach((app, result) ->
        byResult.merge(result, app.isEmpty() ? "the host" : app, (a, b) -> a + ", " + b));
    return byResult.entrySet().stream()
        .map(entry -> entry.getKey() + between + entry.getValue())
        .collect(Collectors.joining("; "));
  }
}
