// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Apps in parallel, as {@link Admission} lets them begin.
 *
 * <p>Invariant: apps begin in the order of their names.
 */
public final class SideBySide implements AppSchedule {
  private static final int LEAST = 2; // even one processor waits for disks and systemd

  private final Admission admission;

  /**
   * @param host the host that the apps are on
   * @param limit the greatest number of apps at the same time; 0 for as many as keep the processors
   *     busy
   * @throws HostException if the host cannot be reached
   */
  public SideBySide(Host host, int limit) throws HostException {
    this(new Admission(host, limit, Math.max(LEAST, Runtime.getRuntime().availableProcessors())));
  }

  SideBySide(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void run(Phase phase, SortedMap<String, Runnable> work) throws InterruptedException {
    List<Future<?>> begun = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Map.Entry<String, Runnable> app : work.entrySet()) {
        admission.await(app.getKey(), phase == Phase.REHEARSE);
        begun.add(threads.submit(() -> perform(app)));
      }
      for (Future<?> future : begun) {
        future.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a task threw an unexpected exception", e.getCause());
    }
  }

  private void perform(Map.Entry<String, Runnable> app) {
    try {
      app.getValue().run();
    } finally {
      admission.leave(app.getKey());
    }
  }

  @Override
  public List<Diagnostic> notices() {
    return admission.notices();
  }
}
