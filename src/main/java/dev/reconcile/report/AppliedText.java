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

  /**
   * Returns the text, with a line break at its end.
   *
   * @param isTriedAgain whether the next run tries again what was rolled back
   */
  public static String of(Plan plan, Applied applied, Style style, boolean isTriedAgain) {
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
                style.paint(
                    Paint.SUCCESS, words.getOrDefault(subject, ChangeLabels.done(subject))));
        case Outcome.Skipped skipped ->
            text.append(style.paint(Paint.WARNING, subject + " skipped: " + skipped.because()));
        case Outcome.Deferred deferred ->
            text.append(style.paint(Paint.WARNING, subject + " deferred"));
        case Outcome.Failed failed -> text.append(style.paint(Paint.ERROR, subject + " failed"));
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
    for (RolledBack rolledBack : applied.rolledBack()) {
      text.append('\n')
          .append(style.paint(Paint.WARNING, back(rolledBack, isTriedAgain)))
          .append('\n');
      text.append(again(rolledBack, style));
      rolledBack.problem().ifPresent(why -> text.append(DiagnosticText.of(why, style)));
    }
    for (Diagnostic diagnostic : plan.held().values()) {
      text.append('\n').append(DiagnosticText.of(diagnostic, style));
    }
    return text.append(summary(plan, applied)).toString();
  }

  private static String back(RolledBack rolledBack, boolean isTriedAgain) {
    if (rolledBack.problem().isPresent()) {
      return rolledBack.app() + " could not be rolled back:";
    }
    return "%s was rolled back.%s%s"
        .formatted(
            rolledBack.app(),
            rolledBack.isReleased() ? " " + RolledBack.NOT_UNDONE : "",
            rolledBack.quarantined()
                ? " Its new revision is in quarantine. " + Quarantine.end(true)
                : isTriedAgain ? " The next run tries again." : " It is as before this run.");
  }

  // The command that ends a quarantine.
  private static String again(RolledBack rolledBack, Style style) {
    return rolledBack.quarantined() && rolledBack.problem().isEmpty()
        ? style.command(Quarantine.command(rolledBack.app()))
        : "";
  }

  private static String summary(Plan plan, Applied applied) {
    long failed = count(applied, Outcome.Failed.class);
    long skipped = count(applied, Outcome.Skipped.class);
    long deferred = count(applied, Outcome.Deferred.class);
    return "Applied: %s changed, %s failed, %s skipped%s, %s unchanged%s.\n"
        .formatted(
            applied.doneCount(),
            failed,
            skipped,
            deferred == 0 ? "" : ", " + deferred + " deferred",
            plan.unchanged(),
            StatusWords.held(plan.held().size()));
  }

  private static long count(Applied applied, Class<? extends Outcome> type) {
    return applied.outcomes().stream().filter(type::isInstance).count();
  }
}
