package dev.reconcile.report;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Outcome;
import dev.reconcile.model.Change;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planned;
import dev.reconcile.plan.Words;
import dev.reconcile.report.Style.Paint;
import java.util.HashMap;
import java.util.Map;

/** What an apply did, as a person reads it: a line for each thing, the failures, a count. */
public final class AppliedText {
  private AppliedText() {}

  /** The text. */
  public static String of(Plan plan, Applied applied, Style style) {
    Map<String, String> words = new HashMap<>();
    for (Planned planned : plan.changes()) {
      Change change = planned.change();
      words.put(change.address().toString(), change.address() + " " + Words.done(change));
    }
    StringBuilder text = new StringBuilder();
    for (Outcome outcome : applied.outcomes()) {
      String subject = outcome.subject();
      switch (outcome) {
        case Outcome.Done done ->
            text.append(style.paint(Paint.GOOD, words.getOrDefault(subject, Words.done(subject))));
        case Outcome.Skipped skipped ->
            text.append(style.paint(Paint.CAREFUL, subject + " skipped: " + skipped.because()));
        case Outcome.Failed failed -> text.append(style.paint(Paint.BAD, subject + " failed"));
      }
      text.append('\n');
    }
    for (Outcome outcome : applied.outcomes()) {
      if (outcome instanceof Outcome.Failed failed) {
        text.append('\n').append(DiagnosticText.of(failed.diagnostic(), style));
      }
    }
    return text.append(summary(plan, applied)).toString();
  }

  private static String summary(Plan plan, Applied applied) {
    long failed = count(applied, Outcome.Failed.class);
    long skipped = count(applied, Outcome.Skipped.class);
    return applied.doneCount()
        + " done, "
        + failed
        + " failed, "
        + skipped
        + " skipped; "
        + plan.unchanged()
        + " were as they should be.\n";
  }

  private static long count(Applied applied, Class<? extends Outcome> type) {
    return applied.outcomes().stream().filter(type::isInstance).count();
  }
}
