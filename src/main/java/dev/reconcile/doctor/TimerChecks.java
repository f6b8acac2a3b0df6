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

  static List<Diagnostic> installed(DoctorContext evidence) throws HostException {
    if (hasCron(evidence)) {
      return List.of();
    }
    if (!hasFile(evidence)) {
      return List.of(
          Diagnostic.finding(
              "No timer runs reconcile",
              "Drift is mended, and commits are taken up, only when somebody runs it.",
              "reconcile timer install"));
    }
    Optional<UnitStatus> timer = evidence.unit(TIMER);
    boolean runs = timer.map(UnitStatus::running).orElse(false);
    boolean lasts = timer.map(one -> one.enabled().startsWith("enabled")).orElse(false);
    return runs && lasts
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "The timer is off",
                runs
                    ? "reconcile.timer runs, but will not after a reboot."
                    : "reconcile.timer is installed and does not run.",
                "systemctl enable --now " + TIMER));
  }

  private static boolean hasFile(DoctorContext evidence) throws HostException {
    for (String folder :
        List.of("/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/")) {
      if (evidence.facts().stat(folder + TIMER).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasCron(DoctorContext evidence) throws HostException {
    return evidence.facts().list("/etc/cron.d").contains("reconcile");
  }

  // A run that could not start leaves no report. Only systemd has recorded its failure.
  static List<Diagnostic> failing(DoctorContext evidence) {
    boolean failed =
        evidence.unit(SERVICE).map(unit -> unit.active().equals("failed")).orElse(false);
    boolean told = evidence.lastRun().map(run -> !run.isGood()).orElse(false);
    return failed && !told
        ? List.of(
            Diagnostic.finding(
                "The timer's run fails",
                "systemd could not run " + SERVICE + ". Its journal has the reason.",
                "systemctl start " + SERVICE + " || journalctl -n 50 -u " + SERVICE))
        : List.of();
  }

  static List<Diagnostic> overdue(DoctorContext evidence) throws HostException {
    Optional<LastRun> run = evidence.lastRun();
    boolean isMeant = hasFile(evidence) || hasCron(evidence);
    return isMeant && run.isPresent() && run.get().finished().plus(LONG).isBefore(evidence.now())
        ? List.of(
            Diagnostic.finding(
                "The last run is long ago",
                "It ended " + run.get().finished() + ", though something should run it each day.",
                "reconcile apply"))
        : List.of();
  }
}
