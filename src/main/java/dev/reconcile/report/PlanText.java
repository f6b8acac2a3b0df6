// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.report.Style.Paint;

/** A plan as text. */
public final class PlanText {
  private static final int MOST_DIFF_LINES = 200;

  private PlanText() {}

  /** Returns the changes with their differences, the handlers, the diagnostics and a count. */
  public static String of(Plan plan, Style style) {
    StringBuilder text = new StringBuilder();
    for (PlannedChange planned : plan.changes()) {
      text.append(line(planned.change(), style)).append('\n');
      diff(ChangeText.diff(planned.change()), style, text);
    }
    if (!plan.handlers().isEmpty()) {
      text.append("handlers to run\n");
    }
    for (PendingHandler due : plan.handlers()) {
      text.append("  ").append(due.handler().id());
      text.append(style.paint(Paint.DIM, "  (" + due.reason() + ")")).append('\n');
    }
    for (Diagnostic diagnostic : plan.held().values()) {
      text.append(DiagnosticText.of(diagnostic, style)).append('\n');
    }
    for (Diagnostic diagnostic : plan.diagnostics()) {
      text.append(DiagnosticText.of(diagnostic, style)).append('\n');
    }
    return text.append(summary(plan)).toString();
  }

  private static String line(Change change, Style style) {
    Paint paint =
        switch (change) {
          case Change.Create c -> Paint.SUCCESS;
          case Change.Update u -> Paint.WARNING;
          case Change.TakeOver t -> Paint.WARNING;
          case Change.Delete d -> Paint.ERROR;
        };
    String app = change.app().isEmpty() ? "" : style.paint(Paint.DIM, "  [" + change.app() + "]");
    return style.paint(paint, ChangeLabels.verb(change)) + " " + change.address() + app;
  }

  private static void diff(String diff, Style style, StringBuilder text) {
    int shown = 0;
    for (String line : diff.lines().toList()) {
      if (line.startsWith("\\ No newline")) {
        continue;
      }
      shown++;
      if (shown > MOST_DIFF_LINES) {
        text.append("    … ")
            .append(diff.lines().count() - MOST_DIFF_LINES)
            .append(" more lines\n");
        return;
      }
      String clean = Diagnostic.shown(line);
      Paint paint =
          line.startsWith("+") ? Paint.SUCCESS : line.startsWith("-") ? Paint.ERROR : Paint.DIM;
      text.append("    ").append(style.paint(paint, clean)).append('\n');
    }
  }

  private static String summary(Plan plan) {
    String changes = plan.hasErrors() ? "No changes while there are errors." : counts(plan);
    String leftOut =
        plan.leftOut().isEmpty()
            ? ""
            : "Left out under a root directory: " + String.join(", ", plan.leftOut()) + ".\n";
    return leftOut + changes + "\n";
  }

  private static String counts(Plan plan) {
    long create = count(plan, Change.Create.class);
    long update = count(plan, Change.Update.class) + count(plan, Change.TakeOver.class);
    long delete = count(plan, Change.Delete.class);
    return plan.isEmpty()
        ? "No changes: %s up to date%s."
            .formatted(
                plan.unchanged() == 1 ? "1 resource is" : plan.unchanged() + " resources are",
                StatusWords.held(plan.held().size()))
        : "%s to create, %s to update, %s to delete, %s to run; %s unchanged%s."
            .formatted(
                create,
                update,
                delete,
                handlers(plan.handlers().size()),
                plan.unchanged(),
                StatusWords.held(plan.held().size()));
  }

  private static String handlers(int count) {
    return count + (count == 1 ? " handler" : " handlers");
  }

  private static long count(Plan plan, Class<? extends Change> type) {
    return plan.changes().stream().filter(p -> type.isInstance(p.change())).count();
  }
}
