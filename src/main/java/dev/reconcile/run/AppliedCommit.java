// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.State;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** The commit by which an app runs at present. */
final class AppliedCommit {
  private AppliedCommit() {}

  /**
   * Finds the commit.
   *
   * @throws CommandFailed if it is not known, or if a killed run has left the app between two
   *     commits
   */
  static String of(Facts facts, State state, String app) throws CommandFailed, HostException {
    if (isBetweenCommits(facts, state, app)) {
      throw CommandFailed.request(
          "Unfinished change of an app",
          """
          A run has begun to change %s and has not finished. Let an apply finish it first.\
          """
              .formatted(app));
    }
    List<Manifest> runs =
        ManifestStore.all(facts).stream().filter(Manifest::isOfRevisions).toList().reversed();
    Optional<Manifest> last = runs.stream().filter(run -> run.changed(app)).findFirst();
    // A later commit may have been applied to other apps only, or may be held for this one.
    String unchanged = state.trials().quarantine().containsKey(app) ? "" : state.revision();
    String commit = last.map(Manifest::revision).orElse(unchanged);
    if (commit.isEmpty()) {
      throw CommandFailed.request(
          "Unknown commit of an app",
          "reconcile has no record of the commit by which %s runs.".formatted(app));
    }
    return commit;
  }

  // A restart that has failed or was killed has changed no revision, so it may be tried again.
  private static boolean isBetweenCommits(Facts facts, State state, String app)
      throws HostException {
    for (Map.Entry<String, SortedSet<String>> open : state.trials().unfinished().entrySet()) {
      Optional<Manifest> run = ManifestStore.of(facts, open.getKey());
      if (open.getValue().contains(app) && run.map(Manifest::isOfRevisions).orElse(true)) {
        return true;
      }
    }
    return false;
  }
}
