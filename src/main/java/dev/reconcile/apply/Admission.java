// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ProcessorLoad;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The decision when a run may begin with a further app beside those that it works on. Starts that
 * wait (for a database or a slow import) leave processors idle, and then further apps begin. Starts
 * that compute leave none idle: more of them at once would only make each slower, until its health
 * check runs out of time.
 *
 * <p>Invariant: while the run works on no app, the next one begins at once.
 */
final class Admission {
  private static final int MOST = 32;
  private static final long PAUSE_MILLIS = 100;
  // An app that does not run yet: gunicorn with one worker and a small Flask app uses half of it.
  private static final long UNKNOWN_USE = 128L << 20;

  private final int limit;
  private final int processors;
  private final ProcessorLoad load;
  private final InstanceMemory memory;
  private final Map<String, Long> atWork = new HashMap<>();
  private long sampled = System.nanoTime();
  private int idle;
  private boolean lacksMemory;

  /**
   * @param host the host with its memory and processors
   * @param limit the greatest number of apps at the same time; 0 for as many as keep the processors
   *     busy
   * @param processors the number of apps that begin although no processor is idle, if there is no
   *     limit
   */
  Admission(Host host, int limit, int processors) throws HostException {
    this.limit = limit;
    this.processors = processors;
    this.load = new ProcessorLoad(host);
    this.memory = new InstanceMemory(host);
  }

  /**
   * Waits until the run may begin with an app.
   *
   * @param app the app
   * @param isSecond whether a second instance of the app is started, which needs memory of its own
   */
  synchronized void await(String app, boolean isSecond) throws InterruptedException {
    long need = isSecond ? need(app) : 0;
    while (!atWork.isEmpty() && !(hasTurn() && hasRoom(need))) {
      wait(PAUSE_MILLIS);
    }
    idle = Math.max(0, idle - 1);
    atWork.put(app, need);
  }

  /** Records that the run has ended its work on an app. */
  synchronized void leave(String app) {
    atWork.remove(app);
    notifyAll();
  }

  /** Returns the notice that memory held apps back, if it did. */
  synchronized List<Diagnostic> notices() {
    return lacksMemory
        ? List.of(
            Diagnostic.notice(
                "Little memory for rehearsals",
                """
                A rehearsal starts a second instance of an app. This host has too little free \
                memory for several at once, so reconcile rehearsed apps one after the other.\
                """))
        : List.of();
  }

  private boolean hasTurn() {
    if (limit > 0) {
      return atWork.size() < limit;
    }
    long now = System.nanoTime();
    if (now - sampled >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS)) {
      sampled = now;
      idle = load.idle();
    }
    return atWork.size() < processors || (idle > 0 && atWork.size() < MOST);
  }

  // The instances at work may not have taken all of their memory yet, so it counts as taken.
  private boolean hasRoom(long need) {
    long reserved = atWork.values().stream().mapToLong(Long::longValue).sum();
    boolean fits = need == 0 || memory.fits(need + reserved);
    lacksMemory |= !fits;
    return fits;
  }

  private long need(String app) {
    return memory.useOf(new Layout(app).service()).orElse(UNKNOWN_USE);
  }
}
