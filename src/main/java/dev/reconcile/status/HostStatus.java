// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.state.LastRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of a host.
 *
 * @param at the time at which the status was collected
 * @param hostname the name of the host
 * @param repo the repository of the last apply, with passwords masked; empty before the first
 * @param revision the commit of the last apply; empty before the first
 * @param lastRun the last run; empty before the first
 * @param apps the apps, sorted by name
 * @param drift the drift of the resources that belong to no app
 * @param unfinished the names of interrupted runs
 * @param notices the notices for the user, which do not make the host unhealthy
 * @param recent the changes of the last runs, newest first
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

  /** Returns the problems of the host, without those of its apps. */
  public List<Diagnostic> problems() {
    List<Diagnostic> problems = new ArrayList<>();
    if (lastRun.isEmpty()) {
      problems.add(Diagnostic.error("No run yet", "No run has applied anything yet."));
    }
    lastRun.filter(run -> !run.isGood()).ifPresent(run -> problems.add(ofRun(run)));
    unfinished.forEach(run ->
        problems.add(
            Diagnostic.error(
                "Run interrupted", "Run " + run + " was interrupted. The next run completes it.")));
    if (drift.state() != Drift.State.UNKNOWN || lastRun.isPresent()) {
      problems.addAll(drift.problems());
    }
    return List.copyOf(problems);
  }

  private static Diagnostic ofRun(LastRun run) {
    String errors = String.join("; ", run.errors());
    return Diagnostic.error(
        "Last run failed",
        "The last %s ended with exit code %s%s"
            .formatted(run.command(), run.exit(), errors.isEmpty() ? "." : ": " + errors + "."));
  }

  /** Reports whether the host and all its apps are healthy. */
  public boolean isHealthy() {
    return problems().isEmpty() && apps.stream().allMatch(app -> app.problems(at).isEmpty());
  }
}
