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

  static List<Diagnostic> lastRun(DoctorContext evidence) {
    if (evidence.lastRun().isEmpty()) {
      return evidence.repo().text().isEmpty()
          ? List.of()
          : List.of(
              Diagnostic.finding(
                  "Nothing has been applied yet",
                  "A repo is configured. What an apply would do is shown by: reconcile plan",
                  "reconcile apply"));
    }
    LastRun run = evidence.lastRun().get();
    if (run.isGood() || run.exit() == ROLLED_BACK || run.exit() == LOCKED) {
      return List.of();
    }
    String errors = String.join("; ", run.errors());
    return List.of(
        Diagnostic.finding(
            "The last run failed",
            run.run()
                + " ended with exit code "
                + run.exit()
                + (errors.isEmpty() ? "." : ": " + errors + "."),
            "reconcile apply"));
  }

  static List<Diagnostic> interrupted(DoctorContext evidence) {
    List<String> runs = evidence.memory().trials().interrupted(evidence.holder().isPresent());
    return runs.isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "A run was interrupted",
                "Not finished: "
                    + String.join(", ", runs)
                    + ". The next run finishes it, or takes it back.",
                "reconcile apply"));
  }

  static List<Diagnostic> quarantine(DoctorContext evidence) {
    return evidence.memory().trials().quarantine().entrySet().stream()
        .map(entry ->
            Diagnostic.finding(
                "A revision is in quarantine",
                entry.getKey()
                    + " stays as it is since run "
                    + entry.getValue().run()
                    + ": "
                    + entry.getValue().reason()
                    + ". It is tried again when the repo changes it, or by the command.",
                "reconcile apply --only " + entry.getKey()))
        .toList();
  }

  // A standby instance lasts no longer than its run. An instance that exists while no run is in
  // progress was left by a killed run.
  static List<Diagnostic> bridges(DoctorContext evidence) {
    boolean left =
        evidence.holder().isEmpty()
            && evidence.units().entrySet().stream()
                .anyMatch(
                    unit -> unit.getKey().startsWith(Layout.STANDBY) && isThere(unit.getValue()));
    return left
        ? List.of(
            Diagnostic.finding(
                "A second instance was left behind",
                "A run that was killed has started it beside an app.",
                "systemctl stop '" + Layout.STANDBY_PATTERN + "'"))
        : List.of();
  }

  private static boolean isThere(UnitStatus unit) {
    return unit.running() || unit.active().equals("failed");
  }
}
