// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An interleaving of apps that follows from a seed. Only one app proceeds at a time. At each {@link
 * #turn()} it stops, and the seed chooses the app that proceeds.
 */
final class SeededSchedule implements AppSchedule {
  private static final long LIMIT_SECONDS = 60;

  private final Random random;
  private final ThreadLocal<String> app = new ThreadLocal<>();
  private final SortedMap<String, Semaphore> stopped = new TreeMap<>();
  private final List<String> turns = new ArrayList<>();
  private Optional<Throwable> failure = Optional.empty();
  private int proceeding;

  SeededSchedule(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public void run(Phase phase, SortedMap<String, Runnable> work) throws InterruptedException {
    proceeding = work.size();
    List<Thread> threads = new ArrayList<>();
    work.forEach((name, ofApp) -> threads.add(Thread.ofPlatform().start(() -> act(name, ofApp))));
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      if (thread.isAlive()) {
        throw new IllegalStateException("an app waits for another");
      }
    }
    if (failure.orElse(null) instanceof Error error) {
      throw error;
    }
    failure.ifPresent(thrown -> {
      throw new IllegalStateException(thrown);
    });
  }

  private void act(String name, Runnable ofApp) {
    app.set(name);
    try {
      turn();
      ofApp.run();
    } catch (Error | RuntimeException e) {
      synchronized (this) {
        failure = Optional.of(failure.orElse(e));
      }
    } finally {
      synchronized (this) {
        proceeding--;
        next();
      }
    }
  }

  /** Lets the seed choose who proceeds; the caller returns when it is its turn. */
  void turn() {
    String name = app.get();
    if (name == null) {
      return; // work of the run itself, between the phases
    }
    Semaphore mine = new Semaphore(0);
    synchronized (this) {
      stopped.put(name, mine);
      proceeding--;
      next();
    }
    mine.acquireUninterruptibly();
  }

  private void next() {
    if (proceeding == 0 && !stopped.isEmpty()) {
      String chosen = List.copyOf(stopped.keySet()).get(random.nextInt(stopped.size()));
      turns.add(chosen);
      proceeding++;
      stopped.remove(chosen).release();
    }
  }

  /** Returns the apps in the order in which they proceeded. */
  List<String> turns() {
    return List.copyOf(turns);
  }

  @Override
  public List<Diagnostic> notices() {
    return List.of();
  }
}
