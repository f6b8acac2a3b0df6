// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.apply.Applied;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything that is known of a run at its end.
 *
 * @param command {@code apply} or {@code plan}
 * @param run the run's name, which also names its backup
 * @param version of reconcile
 * @param repo the repo as given, passwords masked
 * @param started when it began
 * @param finished when it ended
 * @param exit its exit code
 * @param diagnostics what was said before the plan
 * @param plan what was to be done, if it came to that
 * @param applied what was done, if anything was tried
 * @param apps how many apps the desired state has on this host, if it came to that
 * @param suspension why an apply does nothing, if it is told to
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
    Optional<Suspension> suspension) {
  public RunReport {
    diagnostics = List.copyOf(diagnostics);
  }

  /** The same, ended with another exit code, because of one diagnostic more. */
  public RunReport failed(int code, Diagnostic because) {
    List<Diagnostic> all = new ArrayList<>(diagnostics);
    all.add(because);
    return new RunReport(
        command, run, version, repo, started, finished, code, all, plan, applied, apps, suspension);
  }

  /** Whether it has seen to it that all is as it should be. */
  public boolean isGood() {
    return !wasSuspended() && (exit == 0 || exit == 2);
  }

  /** Whether it has looked at nothing, because it was told so. */
  public boolean wasSuspended() {
    return suspension.isPresent() && plan.isEmpty();
  }
}
