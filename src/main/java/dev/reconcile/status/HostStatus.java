package dev.reconcile.status;

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
 * @param notices what a person should know of, a sentence each; no reason not to be well
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
    List<String> notices,
    List<RunChanges> recent) {
  public HostStatus {
    apps = List.copyOf(apps);
    unfinished = List.copyOf(unfinished);
    notices = List.copyOf(notices);
    recent = List.copyOf(recent);
  }

  /** All that is not as it should be beside the apps, a sentence each. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    if (lastRun.isEmpty()) {
      troubles.add("No run has applied anything yet.");
    }
    lastRun.filter(run -> !run.isGood()).ifPresent(run -> troubles.add(ofRun(run)));
    unfinished.forEach(
        run -> troubles.add("Run " + run + " was interrupted; the next one finishes it."));
    if (drift.state() != Drift.State.UNKNOWN || lastRun.isPresent()) {
      troubles.addAll(drift.problems());
    }
    return List.copyOf(troubles);
  }

  private static String ofRun(LastRun run) {
    String errors = String.join("; ", run.errors());
    return "The last "
        + run.command()
        + " ended with exit code "
        + run.exit()
        + (errors.isEmpty() ? "." : ": " + errors + ".");
  }

  /** Whether nothing at all is to be complained of. */
  public boolean isWell() {
    return troubles().isEmpty() && apps.stream().allMatch(app -> app.troubles(at).isEmpty());
  }
}
