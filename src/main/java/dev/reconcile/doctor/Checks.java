// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/** All checks, in the order in which their findings should be repaired. */
public final class Checks {
  private static final List<Check> CHECKS =
      List.of(
          SystemChecks::systemd,
          SystemChecks::clock,
          SystemChecks::freeSpace,
          SystemChecks::venvPackage,
          SystemChecks::webUser,
          RecordChecks::state,
          RecordChecks::lock,
          RecordChecks::closedDirectories,
          RepoChecks::configuration,
          RepoChecks::configured,
          RepoChecks::reachable,
          NginxChecks::installed,
          NginxChecks::sitesIncluded,
          NginxChecks::accepted,
          NginxChecks::running,
          DoctorContext::running,
          NginxChecks::visitors,
          NginxChecks::unreadable,
          BalanceChecks::hosts,
          LogChecks::unrotated,
          LogChecks::rotatedTwice,
          RunChecks::lastRun,
          RunChecks::interrupted,
          RunChecks::quarantine,
          RunChecks::standbyInstances,
          LimitChecks::controllers,
          CheckoutChecks::foreignFiles,
          FleetChecks::record,
          FleetChecks::client,
          FleetChecks::files,
          FleetChecks::certificate,
          FleetChecks::engine,
          TimerChecks::installed,
          TimerChecks::failing,
          TimerChecks::overdue);

  /** The number of checks. */
  public static final int COUNT = CHECKS.size();

  private Checks() {}

  /** Runs all checks, and returns their findings in the order of the checks. */
  public static List<Diagnostic> of(DoctorContext context) throws HostException {
    List<Diagnostic> findings = new ArrayList<>();
    for (Check check : CHECKS) {
      findings.addAll(check.look(context));
    }
    return findings;
  }
}
