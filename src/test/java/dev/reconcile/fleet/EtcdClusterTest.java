// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members of a real etcd, some of which die. */
final class EtcdClusterTest {
  private static final int MEMBERS = 3;
  private static final int WRITERS = 2;

  @TempDir Path temp;
  private RealEtcd etcd;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    RealEtcd.assumeInstalled();
    etcd = RealEtcd.start(temp, MEMBERS, Optional.empty());
    engine = etcd.engine("web");
    put(Fleets.gate(Fleets.numbers(1)));
  }

  @AfterEach
  void end() {
    if (etcd != null) {
      etcd.close();
    }
  }

  private boolean put(Gate next) throws EngineException {
    Exchange change = new Exchange(Optional.of(next), new Exchange.KeepRow());
    return engine.exchange(engine.read("operator"), change).isDone();
  }

  private Gate gate() throws EngineException {
    return engine.read("operator").gate().orElseThrow();
  }

  @Test
  void oneMemberMayDieAndNotTwo() throws Exception {
    etcd.kill(0);
    Gate halted = new Operators(FleetRules.CONTRACT).halt(afterAWhile(), "root", "one is dead");
    assertThat(put(halted)).isTrue();

    etcd.kill(1);
    assertThatThrownBy(() -> engine.read("web1"))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH));

    etcd.restart(0);
    assertThat(afterAWhile()).isEqualTo(halted);
  }

  private Gate afterAWhile() throws Exception {
    for (int i = 0; i < 5; i++) {
      try {
        return gate();
      } catch (EngineException e) {
        Thread.sleep(1000);
      }
    }
    return gate();
  }

  /**
   * Whatever dies, no exchange is made twice, and none is lost that was answered. Each member is
   * stopped and killed in turn, so the leader is among them.
   */
  @Test
  void noExchangeIsLostOrMadeTwice() throws Exception {
    AtomicBoolean goesOn = new AtomicBoolean(true);
    List<Callable<long[]>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(() -> count(goesOn));
    }
    long answered = 0;
    long unknown = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1)) {
      Future<?> faults = threads.submit(() -> disturb(goesOn));
      for (Future<long[]> one : threads.invokeAll(writers)) {
        answered += one.get()[0];
        unknown += one.get()[1];
      }
      faults.get();
    }
    assertThat(answered).isGreaterThan(10);
    assertThat((long) afterAWhile().ok()).isBetween(answered, answered + unknown);
  }

  /** Counts up until the faults are over; returns how many are sure, and how many are not. */
  private long[] count(AtomicBoolean goesOn) {
    long[] counts = new long[2];
    while (goesOn.get()) {
      Reading seen;
      try {
        seen = engine.read("web1");
      } catch (EngineException e) {
        continue;
      }
      GateDraft draft = new GateDraft(seen.gate().orElseThrow());
      draft.ok++;
      try {
        Exchange change = new Exchange(Optional.of(draft.gate()), new Exchange.KeepRow());
        counts[0] += engine.exchange(seen, change).isDone() ? 1 : 0;
      } catch (EngineException e) {
        counts[1]++;
      }
    }
    return counts;
  }

  /**
   * Hosts are killed while they are at it, before they have an answer and before they say that they
   * are done, and members meanwhile; some hosts never come back, until an operator skips them.
   */
  @Test
  void neverTooManyAreAtItWhateverDies() throws Exception {
    SimulatedFleet.Settings settings =
        new SimulatedFleet.Settings(
            30,
            2,
            3,
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ZERO,
            Duration.ofMinutes(2));
    AtomicBoolean goesOn = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        SimulatedFleet fleet =
            new SimulatedFleet(settings, (_, i) -> etcd.gateway("simulated", i))) {
      fleet.truth.killOneOf(8);
      Future<?> faults = threads.submit(() -> disturb(goesOn));
      int commits = 0;
      for (; goesOn.get(); commits++) {
        fleet.rollOut();
      }
      faults.get();
      fleet.truth.killOneOf(0);
      fleet.rollOut();
      assertThat(commits).isPositive();
      assertThat(fleet.truth.killed()).isGreaterThan(3);
      assertThat(fleet.truth.mostAtIt()).isBetween(2, settings.slots());
    }
  }

  private Void disturb(AtomicBoolean goesOn) throws Exception {
    for (int i = 0; i < MEMBERS; i++) {
      etcd.signal(i, "STOP");
      Thread.sleep(2000);
      etcd.signal(i, "CONT");
      Thread.sleep(1000);
      etcd.kill(i);
      Thread.sleep(2000);
      etcd.restart(i);
      Thread.sleep(2000);
    }
    goesOn.set(false);
    return null;
  }
}
