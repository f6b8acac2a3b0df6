// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.plan.Plan;
import dev.reconcile.report.Suspension;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of a run, whether it succeeded or not.
 *
 * @param code the exit code
 * @param apps how many apps the desired state has on this host, if the run got that far
 * @param plan the plan, if the run got that far
 * @param applied what was changed, if anything was to be
 * @param suspension the suspension of this host, if there is one
 */
public record RunResult(
    ExitCode code,
    OptionalInt apps,
    Optional<Plan> plan,
    Optional<Applied> applied,
    Optional<Suspension> suspension) {

  /** The result of a run that ended before it had read the desired state. */
  public static RunResult ended(ExitCode code) {
    return new RunResult(
        code, OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The result of a run that has read a desired state with so many apps. */
  static RunResult loaded(int apps) {
    return new RunResult(
        ExitCode.OK, OptionalInt.of(apps), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same, and it has made a plan. */
  RunResult planned(Plan made) {
    return new RunResult(code, apps, Optional.of(made), applied, suspension);
  }

  /** The same, and it has applied the plan. */
  RunResult applied(Applied done) {
    return new RunResult(code, apps, plan, Optional.of(done), suspension);
  }

  /** The same with another exit code. */
  RunResult with(ExitCode other) {
    return new RunResult(other, apps, plan, applied, suspension);
  }

  /** The same on a host that may be suspended. */
  public RunResult on(Optional<Suspension> host) {
    return new RunResult(code, apps, plan, applied, host);
  }
}
