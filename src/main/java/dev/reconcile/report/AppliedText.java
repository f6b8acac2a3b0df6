// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Quarantine;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.report.Style.Paint;
import java.util.HashMap;
import java.util.Map;

/** The result of an apply as text: one line for each outcome, the diagnostics and a count. */
public final class AppliedText {
  private AppliedText() {}

  /** Returns the text, with a line break at its end. */
  public static String of(Plan plan, Applied applied, Style style) {
    Map<String, String> words = new HashMap<>();
    for (PlannedChange planned : plan.changes()) {
      Change change = planned.change();
      words.put(change.address().toString(), change.address() + " " + ChangeLabels.done(change));
    }
    StringBuilder text = new StringBuilder();
    for (Outcome outcome : applied.outcomes()) {
      String subject = outcome.subject();
      switch (outcome) {
        case Outcome.Done done ->
            text.append(
                style.paint(Paint.GOOD, words.getOrDefault(subject, ChangeLabels.done(subject))));
        case Outcome.Skipped skipped ->
            text.append(style.paint(Paint.CAREFUL, subject + " skipped: " + skipped.because()));
        case Outcome.Deferred deferred ->
            text.append(style.paint(Paint.CAREFUL, subject + " deferred"));
        case Outcome.Failed failed -> text.append(style.paint(Paint.BAD, subject + " failed"));
      }
      text.append('\n');
    }
    for (Outcome outcome : applied.outcomes()) {
      if (outcome instanceof Outcome.Failed failed) {
        text.append('\n').append(DiagnosticText.of(failed.diagnostic(), style));
      } else if (outcome instanceof Outcome.Deferred deferred) {
        text.append('\n').append(DiagnosticText.of(deferred.diagnostic(), style));
      }
    }
    for (RolledBack one : applied.rolledBack()) {
      text.append('\n').append(style.paint(Paint.CAREFUL, back(one))).append('\n');
      one.trouble().ifPresent(why -> text.append(DiagnosticText.of(why, style)));
    }
    for (Diagnostic diagnostic : plan.held().values()) {
      text.append('\n').append(DiagnosticText.of(diagnostic, style));
    }
    return text.append(summary(plan, applied)).toString();
  }

  private static String back(RolledBack one) {
    if (one.trouble().isPresent()) {
      return one.app() + " could not be brought back to what it was:";
    }
    return one.app()
        + " is as it was before."
        + (one.quarantined()
            ? " Its new revision is in quarantine. "
                + Quarantine.end(true)
                + "\n    "
                + Quarantine.command(one.app())
            : " The next run tries again.");
  }

  private static String summary(Plan plan, Applied applied) {
    long failed = count(applied, Outcome.Failed.class);
    long skipped = count(applied, Outcome.Skipped.class);
    long deferred = count(applied, Outcome.Deferred.class);
    return "Applied: "
        + applied.doneCount()
        + " changed, "
        + failed
        + " failed, "
        + skipped
        + " skipped"
        + (deferred == 0 ? "" : ", " + deferred + " deferred")
        + ", "
        + plan.unchanged()
        + " unchanged"
        + StatusWords.held(plan.held().size())
        + ".\n";
  }

  private static long count(Applied applied, Class<? extends Outcome> type) {
    return applied.outcomes().stream().filter(type::isInstance).count();
  }
}
