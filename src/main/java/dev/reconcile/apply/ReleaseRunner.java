// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.HostKey;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Release;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.function.Consumer;

/**
 * The runner of the release steps of apps. Each step is a unit in the app's sandbox, which goes on
 * if the run is killed.
 *
 * <p>Invariant: the steps of a revision that have succeeded are on record before anything of it
 * goes live, and no two steps of an app run at the same time.
 */
final class ReleaseRunner {
  /** The summary of the failure of a step. */
  static final String FAILED = "Release step failed";

  private final Host host;
  private final FutureFiles future;
  private final Progress progress;
  private final ServiceLogs journal;
  private final Memory memory;
  private final Consumer<List<String>> killed;

  /** The memory of release steps that have succeeded. */
  interface Memory {
    /**
     * Records the steps of an app.
     *
     * @param digest the digest of the steps
     * @param ran whether this run ran them
     */
    void released(String app, String digest, boolean ran) throws HostException;
  }

  /**
   * @param memory the memory of release steps
   * @param killed takes the background processes that were killed when a step stopped the app
   */
  ReleaseRunner(
      Host host,
      FutureFiles future,
      Progress progress,
      ServiceLogs journal,
      Memory memory,
      Consumer<List<String>> killed) {
    this.host = host;
    this.future = future;
    this.progress = progress;
    this.journal = journal;
    this.memory = memory;
    this.killed = killed;
  }

  /**
   * Runs the steps of an app in order; the first failure ends it. After a failure, an app that was
   * stopped runs again, and the next attempt runs all steps.
   */
  void run(Release release) throws HostException, StepException {
    String digest = digest(release);
    String service = release.sandbox().service();
    try {
      for (int i = 0; i < release.commands().size(); i++) {
        String what =
            release.commands().size() == 1
                ? "running its release step"
                : "running release step %d of %d".formatted(i + 1, release.commands().size());
        try (Progress.Ongoing _ = progress.begins(release.app(), what)) {
          run(release, digest, i);
        }
      }
      memory.released(release.app(), digest, true);
      ReleaseUnit.clear(host, release.app());
    } catch (HostException | StepException e) {
      if (e instanceof StepException) {
        // an administrator may restore the database before the next attempt
        ReleaseUnit.clear(host, release.app());
      }
      ReleaseHold.end(host, new Step.EndHold(release.app(), service, true));
      throw e;
    }
  }

  private void run(Release release, String digest, int index) throws HostException, StepException {
    Release.Command command = release.commands().get(index);
    ReleaseUnit unit = new ReleaseUnit(host, future, journal, release, digest, index);
    unit.awaitOthers();
    if (command.stop()) {
      // nothing kills a schedule that runs; the second wait is for one that began meanwhile
      ScheduleRuns.await(host, progress, release.app());
      killed.accept(
          ReleaseHold.begin(
              host, release.app(), release.sandbox().service(), release.sandbox().socket()));
      ScheduleRuns.await(host, progress, release.app());
    }
    unit.run();
  }

  /** Records the steps of an app as done. */
  void skip(Release release) throws HostException {
    memory.released(release.app(), digest(release), false);
  }

  private String digest(Release release) throws HostException {
    return release.digest().isEmpty()
        ? Digest.keyed(HostKey.made(host), release.identity().text()).hex()
        : release.digest();
  }
}
