// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.RunStart;
import dev.reconcile.status.RunChanges;
import java.time.Instant;
import java.util.List;

/** The section of the status page with the changes of the last runs and their differences. */
final class RunsSection {
  private static final int MOST_LINES = 120;

  private RunsSection() {}

  /** Returns the section; the runs are given newest first, and the newest is shown open. */
  static String of(List<RunChanges> runs, Instant now) {
    if (runs.isEmpty()) {
      return "<p class=\"muted\">No run has changed anything yet.</p>\n";
    }
    StringBuilder html = new StringBuilder();
    for (RunChanges run : runs) {
      String age =
          RunStart.of(run.run())
              .flatMap(RunStart::at)
              .map(t -> RelativeTime.between(t, now) + " ago")
              .orElse("");
      String open = html.isEmpty() ? " open" : "";
      html.append("<details class=\"run\"").append(open);
      html.append("><summary><strong>").append(Html.text(age)).append("</strong> ");
      html.append(Html.element("code", "commit", StatusWords.revision(run.revision())));
      String results = HistoryText.mark(run.command()) + HistoryText.results(run.results(), ": ");
      html.append(' ').append(Html.element("span", "muted", results)).append("</summary>\n");
      html.append(Html.element("p", "muted small", "Run " + run.run())).append('\n');
      run.notes()
          .forEach((app, note) ->
              html.append(Html.element("p", "small", HistoryText.note(app, note))).append('\n'));
      html.append("<ul>\n");
      run.changes().forEach(change -> html.append(change(change, open)));
      html.append("</ul></details>\n");
    }
    return html.toString();
  }

  private static String change(RunChanges.Changed change, String open) {
    String line =
        String.join(
            " ",
            Html.element("span", "verb " + change.verb().replace(' ', '-'), change.verb()),
            Html.text(change.address().kind()),
            Html.element("code", "path", change.address().name()));
    String diff =
        change.texts().map(texts -> UnifiedDiff.of(texts.before(), texts.after())).orElse("");
    if (diff.isEmpty()) {
      return "<li>" + line + "</li>\n";
    }
    String summary = "<details" + open + "><summary>" + line + "</summary>";
    return "<li>" + summary + "<pre tabindex=\"0\">" + coloured(diff) + "</pre></details></li>\n";
  }

  private static String coloured(String diff) {
    StringBuilder html = new StringBuilder();
    int count = 0;
    for (String line : Diagnostic.masked(diff).lines().toList()) {
      count++;
      if (count > MOST_LINES) {
        return html.append("… more lines").toString();
      }
      String style = line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "same";
      html.append(Html.element("span", style, line)).append('\n');
    }
    return html.toString();
  }
}
