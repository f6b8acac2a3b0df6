// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.plan.Plan;
import dev.reconcile.report.FleetReport;
import dev.reconcile.report.Suspension;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of a run, successful or not.
 *
 * @param code the exit code
 * @param apps the number of apps in the desired state of this host, if the run has loaded it
 * @param plan the plan, if the run has made one
 * @param applied the outcomes of the changes, if the run has applied the plan
 * @param suspension the suspension of this host, if there is one
 * @param fleet the turn of this host in its fleet, if the run has asked about it
 */
public record RunResult(
    ExitCode code,
    OptionalInt apps,
    Optional<Plan> plan,
    Optional<Applied> applied,
    Optional<Suspension> suspension,
    Optional<FleetReport> fleet) {

  /** Creates the result of a run that ended before it had loaded the desired state. */
  public static RunResult ended(ExitCode code) {
    return new RunResult(
        code,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Creates the result of a run that has loaded the desired state.
   *
   * @param apps the number of apps
   */
  static RunResult loaded(int apps) {
    return new RunResult(
        ExitCode.OK,
        OptionalInt.of(apps),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns whether the run has ended as it should, with or without changes. */
  boolean isGood() {
    return code == ExitCode.OK || code == ExitCode.CHANGED;
  }

  /** Returns this result with a plan. */
  RunResult planned(Plan made) {
    return new RunResult(code, apps, Optional.of(made), applied, suspension, fleet);
  }

  /** Returns this result with the outcomes of an apply. */
  RunResult applied(Applied done) {
    return new RunResult(code, apps, plan, Optional.of(done), suspension, fleet);
  }

  /** Returns this result with another exit code. */
  RunResult with(ExitCode other) {
    return new RunResult(other, apps, plan, applied, suspension, fleet);
  }

  /** Returns this result with the suspension of the host. */
  public RunResult on(Optional<Suspension> host) {
    return new RunResult(code, apps, plan, applied, host, fleet);
  }

  /** Returns this result with the turn of the host in its fleet. */
  RunResult in(FleetReport turn) {
    return new RunResult(code, apps, plan, applied, suspension, Optional.of(turn));
  }
}
