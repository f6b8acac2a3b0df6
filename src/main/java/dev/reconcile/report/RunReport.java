// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.apply.Applied;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.Plan;
import dev.reconcile.state.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The report of a run at its end.
 *
 * @param command {@code apply}, {@code plan}, {@code rollback}, {@code restart} or {@code
 *     maintenance}
 * @param run the name of the run, which is also the name of its backup
 * @param version the version of reconcile
 * @param repo the repository as given, with passwords masked
 * @param started the time at which the run began
 * @param finished the time at which the run ended
 * @param exit the exit code
 * @param diagnostics the diagnostics that the run printed before its report
 * @param plan the plan; empty if the run ended without one
 * @param applied the result of the apply; empty if the run attempted no change
 * @param apps the number of apps that the desired state has on this host; empty if unknown
 * @param suspension the suspension of the host, if there is one
 * @param fleet the turn of the host in its fleet, if the run has asked about it
 */
public record RunReport(
    String command,
    String run,
    String version,
    String repo,
    Instant started,
    Instant finished,
    int exit,
    List<Diagnostic> diagnostics,
    Optional<Plan> plan,
    Optional<Applied> applied,
    OptionalInt apps,
    Optional<Suspension> suspension,
    Optional<FleetReport> fleet) {
  public RunReport {
    diagnostics = List.copyOf(diagnostics);
  }

  /** Returns the same report with another exit code and one more diagnostic. */
  public RunReport failed(int code, Diagnostic because) {
    List<Diagnostic> all = new ArrayList<>(diagnostics);
    all.add(because);
    return new RunReport(
        command,
        run,
        version,
        repo,
        started,
        finished,
        code,
        all,
        plan,
        applied,
        apps,
        suspension,
        fleet);
  }

  /** Reports whether the run succeeded and no suspension prevented it. */
  public boolean isGood() {
    return !wasSuspended() && (exit == 0 || exit == 2);
  }

  /** Reports whether the run did nothing because of a suspension. */
  public boolean wasSuspended() {
    return suspension.isPresent() && plan.isEmpty();
  }

  /** Tells whether the next run tries again what this run has rolled back. */
  public boolean isTriedAgain() {
    return Manifest.isOfRevisions(command);
  }
}
