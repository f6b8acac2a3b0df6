// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.state.LastRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a host is doing.
 *
 * @param at when it was looked at
 * @param hostname its name
 * @param repo the repo that was last applied, passwords masked; empty before the first
 * @param revision the commit that was last applied
 * @param lastRun the last run; empty before the first
 * @param apps its apps, by name
 * @param drift whether what belongs to no app is as it should be
 * @param unfinished runs that were interrupted
 * @param notices what a person should know of, no reason to be unhealthy
 * @param recent what the last runs have changed, the newest first
 */
public record HostStatus(
    Instant at,
    String hostname,
    String repo,
    String revision,
    Optional<LastRun> lastRun,
    List<AppStatus> apps,
    Drift drift,
    List<String> unfinished,
    List<Diagnostic> notices,
    List<RunChanges> recent) {
  public HostStatus {
    apps = List.copyOf(apps);
    unfinished = List.copyOf(unfinished);
    notices = List.copyOf(notices);
    recent = List.copyOf(recent);
  }

  /** The problems of the host apart from its apps. */
  public List<Diagnostic> problems() {
    List<Diagnostic> problems = new ArrayList<>();
    if (lastRun.isEmpty()) {
      problems.add(Diagnostic.error("No run yet", "No run has applied anything yet."));
    }
    lastRun.filter(run -> !run.isGood()).ifPresent(run -> problems.add(ofRun(run)));
    unfinished.forEach(run ->
        problems.add(
            Diagnostic.error(
                "Run interrupted", "Run " + run + " was interrupted; the next one finishes it.")));
    if (drift.state() != Drift.State.UNKNOWN || lastRun.isPresent()) {
      problems.addAll(drift.problems());
    }
    return List.copyOf(problems);
  }

  private static Diagnostic ofRun(LastRun run) {
    String errors = String.join("; ", run.errors());
    return Diagnostic.error(
        "Last run failed",
        "The last "
            + run.command()
            + " ended with exit code "
            + run.exit()
            + (errors.isEmpty() ? "." : ": " + errors + "."));
  }

  /** Whether the host and all its apps are healthy. */
  public boolean isHealthy() {
    return problems().isEmpty() && apps.stream().allMatch(app -> app.problems(at).isEmpty());
  }
}
