// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.state.LastRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The checks of the timer or the cron job that runs reconcile. */
final class TimerChecks {
  private static final String TIMER = "reconcile.timer";
  private static final String SERVICE = "reconcile.service";
  private static final Duration LONG = Duration.ofHours(25); // the longest interval is one day

  private TimerChecks() {}

  static List<Diagnostic> installed(DoctorContext context) throws HostException {
    if (hasCron(context)) {
      return List.of();
    }
    if (!hasFile(context)) {
      return List.of(
          Diagnostic.finding(
              "No timer installed",
              "Drift is repaired, and commits are applied, only when somebody runs reconcile.",
              "reconcile timer install"));
    }
    Optional<UnitStatus> timer = context.unit(TIMER);
    boolean runs = timer.map(UnitStatus::running).orElse(false);
    boolean lasts = timer.map(unit -> unit.enabled().startsWith("enabled")).orElse(false);
    return runs && lasts
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Inactive timer",
                runs
                    ? "reconcile.timer is running, but does not start after a reboot."
                    : "reconcile.timer is installed, but not running.",
                "systemctl enable --now " + TIMER));
  }

  private static boolean hasFile(DoctorContext context) throws HostException {
    for (String folder :
        List.of("/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/")) {
      if (context.facts().stat(folder + TIMER).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasCron(DoctorContext context) throws HostException {
    return context.facts().list("/etc/cron.d").contains("reconcile");
  }

  // A run that could not start leaves no report. Only systemd has recorded its failure.
  static List<Diagnostic> failing(DoctorContext context) {
    boolean failed =
        context.unit(SERVICE).map(unit -> unit.active().equals("failed")).orElse(false);
    boolean isReported = context.records().lastRun().map(run -> !run.isGood()).orElse(false);
    return failed && !isReported
        ? List.of(
            Diagnostic.finding(
                "Failed start by the timer",
                "systemd could not run " + SERVICE + ". Its journal has the reason.",
                "systemctl start " + SERVICE + " || journalctl -n 50 -u " + SERVICE))
        : List.of();
  }

  static List<Diagnostic> overdue(DoctorContext context) throws HostException {
    Optional<LastRun> run = context.records().lastRun();
    boolean isScheduled = hasFile(context) || hasCron(context);
    return isScheduled && run.isPresent() && run.get().finished().plus(LONG).isBefore(context.now())
        ? List.of(
            Diagnostic.finding(
                "Last run overdue",
                "It ended at %s. A timer or cron job should start a run every day."
                    .formatted(run.get().finished()),
                "reconcile apply"))
        : List.of();
  }
}
