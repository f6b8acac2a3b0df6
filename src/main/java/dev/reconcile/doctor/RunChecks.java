// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.state.LastRun;
import java.util.List;

/** The checks of the results of runs, and of what interrupted runs have left. */
final class RunChecks {
  private static final int ROLLED_BACK = 3; // quarantine reports each app
  private static final int LOCKED = 75;

  private RunChecks() {}

  static List<Diagnostic> lastRun(DoctorContext context) {
    if (context.records().lastRun().isEmpty()) {
      return context.repo().text().isEmpty()
          ? List.of()
          : List.of(
              Diagnostic.finding(
                  "No run yet",
                  "A repo is configured, and no run has applied it.",
                  "reconcile apply"));
    }
    LastRun run = context.records().lastRun().get();
    if (run.isGood() || run.exit() == ROLLED_BACK || run.exit() == LOCKED) {
      return List.of();
    }
    String errors = String.join("; ", run.errors());
    return List.of(
        Diagnostic.finding(
            "Last run failed",
            "%s ended with exit code %s%s"
                .formatted(run.run(), run.exit(), errors.isEmpty() ? "." : ": " + errors + "."),
            "reconcile apply"));
  }

  static List<Diagnostic> interrupted(DoctorContext context) {
    List<String> runs =
        context.records().state().trials().interrupted(context.records().holder().isPresent());
    return runs.isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Run interrupted",
                "Unfinished runs: %s. The next run completes their changes or rolls them back."
                    .formatted(String.join(", ", runs)),
                "reconcile apply"));
  }

  static List<Diagnostic> quarantine(DoctorContext context) {
    return context.records().state().trials().quarantine().entrySet().stream()
        .map(entry -> entry.getValue().diagnostic(entry.getKey()))
        .toList();
  }

  // A standby instance lasts no longer than its run. An instance that exists while no run is in
  // progress was left by a killed run.
  static List<Diagnostic> standbyInstances(DoctorContext context) {
    boolean left =
        context.records().holder().isEmpty()
            && context.units().entrySet().stream()
                .anyMatch(
                    unit -> unit.getKey().startsWith(Layout.STANDBY) && isLeft(unit.getValue()));
    if (!left) {
      return List.of();
    }
    // requests may still be led to it; the next run leads them back before it stops the instance
    boolean isUnfinished = !context.records().state().trials().unfinished().isEmpty();
    return List.of(
        Diagnostic.finding(
            "Standby instance left behind",
            "A killed run started it beside an app, and did not stop it.",
            isUnfinished ? "reconcile apply" : "systemctl stop '" + Layout.STANDBY_PATTERN + "'"));
  }

  private static boolean isLeft(UnitStatus unit) {
    return unit.running() || unit.active().equals("failed");
  }
}
