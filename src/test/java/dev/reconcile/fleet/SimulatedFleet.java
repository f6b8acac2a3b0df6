// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A group of hosts in one process, in real time: the rules and the turns of {@code reconcile} on a
 * real engine. git is a list of commits, and an apply is a sleep.
 */
final class SimulatedFleet implements AutoCloseable {
  static final String OPERATOR = "operator";

  final Settings settings;
  final SimulatedTruth truth = new SimulatedTruth();
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<ModelCommit> commits = new CopyOnWriteArrayList<>();
  private final Engine engine;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * The size of a simulation.
   *
   * @param hosts the number of hosts
   * @param canaries the number of canaries among them
   * @param slots the value of {@code max_unavailable}
   * @param period the time between two runs of a host
   * @param apply the time that a host needs for an apply
   * @param soak the time for which a canary must stay well
   * @param patience the longest wait for anything, after which the simulation hangs
   */
  record Settings(
      int hosts,
      int canaries,
      int slots,
      Duration period,
      Duration apply,
      Duration soak,
      Duration patience) {
    /** Returns the name of a host, from 0. */
    static String host(int i) {
      return "web" + (i + 1);
    }

    /** Returns the names of the canaries, which are the first hosts. */
    SortedSet<String> names(int count) {
      SortedSet<String> names = new TreeSet<>();
      for (int i = 0; i < count; i++) {
        names.add(host(i));
      }
      return names;
    }

    private FleetNumbers numbers() {
      return new FleetNumbers(slots, names(canaries), soak, 1);
    }
  }

  /** Makes the engine of each host. */
  interface Engines {
    /**
     * Returns the engine of a host, or of the operator.
     *
     * @param i the number of the host from 0
     */
    Engine of(String host, int i);
  }

  /**
   * What a commit came to.
   *
   * @param length the time from the push until every host has it
   * @param requests the requests of all hosts
   * @param mostRequests the requests of the host with the most
   * @param mostAnswered the same without those that are lost
   * @param lost the requests of all hosts that had no answer, or whose comparison did not hold
   */
  record Rollout(Duration length, long requests, long mostRequests, long mostAnswered, long lost) {}

  /** Starts the group with a first commit that every host has. */
  SimulatedFleet(Settings settings, Engines engines) throws EngineException {
    this.settings = settings;
    this.engine = engines.of(OPERATOR, 0);
    commits.add(commit(Set.of()));
    Gate gate =
        Operators.start(Optional.empty(), Optional.empty(), tips(), commits.get(0).numbers());
    engine.exchange(engine.read(OPERATOR), new Exchange(Optional.of(gate), new Exchange.KeepRow()));
    for (int i = 0; i < settings.hosts(); i++) {
      String name = Settings.host(i);
      hosts.add(new SimulatedHost(name, this, engines.of(name, i), new SplittableRandom(i)));
    }
    for (SimulatedHost host : hosts) {
      host.begin(tips());
      threads.add(Thread.ofVirtual().name(host.name).start(host::live));
    }
  }

  // ---- what the hosts ask

  /** Returns git's newest commit. */
  Revisions tips() {
    return new Revisions(ModelCommit.id(commits.size() - 1), Collections.emptySortedMap());
  }

  /** Returns a commit. */
  ModelCommit commit(Revisions revisions) {
    return commits.get(ModelCommit.position(revisions.commit()));
  }

  private ModelCommit commit(Set<String> badOn) {
    return new ModelCommit(badOn, false, false, false, Set.of(), settings.numbers());
  }

  /** Waits; tells whether the simulation is over. */
  boolean isOverWithin(Duration time) {
    try {
      return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** A host does something that it must not do. */
  void failed(Throwable how) {
    failure.compareAndSet(null, how);
  }

  // ---- what somebody does who looks at it

  /** Returns the requests of all hosts so far. */
  long requests() {
    return hosts.stream().mapToLong(host -> host.requests.get()).sum();
  }

  /** Returns the gate. */
  Gate gate() throws EngineException {
    return engine.read(OPERATOR).gate().orElseThrow();
  }

  /** Pushes a commit that is bad on some hosts. */
  void push(Set<String> badOn) {
    hosts.forEach(host -> host.requests.set(0));
    hosts.forEach(host -> host.lost.set(0));
    commits.add(commit(badOn));
  }

  /** Waits until every host that lives has the newest commit. */
  Rollout awaitArrival(long began) {
    String newest = tips().commit();
    await(
        "not every host has arrived",
        () -> {
          lookAfterTheGone();
          return living().stream().allMatch(host -> host.isDoneWith(newest));
        });
    return rollout(began);
  }

  /** Returns what the newest commit has come to so far. */
  Rollout rollout(long began) {
    return new Rollout(
        Duration.ofNanos(System.nanoTime() - began),
        requests(),
        hosts.stream().mapToLong(host -> host.requests.get()).max().orElse(0),
        hosts.stream().mapToLong(SimulatedHost::answered).max().orElse(0),
        hosts.stream().mapToLong(host -> host.lost.get()).sum());
  }

  /** Pushes a commit that is good everywhere, and waits for it. */
  Rollout rollOut() {
    long began = System.nanoTime();
    push(Set.of());
    return awaitArrival(began);
  }

  /** Pushes a commit that is bad on some hosts; returns those that it has reached in the end. */
  Set<String> reachOfBad(Set<String> badOn) {
    push(badOn);
    String commit = tips().commit();
    await("the commit has not failed", () -> hasFailed(commit));
    awaitRuns(2);
    return truth.reachOf(commit);
  }

  private boolean hasFailed(String commit) {
    try {
      Gate gate = gate();
      FleetRelease newest = gate.newestRelease();
      return newest.revisions().commit().equals(commit)
          && FleetRules.CONTRACT.hasFailed(gate, newest.number())
          && gate.holders().isEmpty();
    } catch (EngineException e) {
      return false;
    }
  }

  /** Waits until every host that lives has come by some more times. */
  void awaitRuns(int more) {
    Map<SimulatedHost, Long> before = new HashMap<>();
    living().forEach(host -> before.put(host, host.runs.get()));
    await(
        "not every host has come by",
        () ->
            before.entrySet().stream()
                .allMatch(one -> one.getKey().runs.get() >= one.getValue() + more));
  }

  private List<SimulatedHost> living() {
    return hosts.stream().filter(host -> !host.isGone).toList();
  }

  // An operator waits for a host for some time before it skips it.
  private void lookAfterTheGone() {
    for (String host : truth.gone(settings.period().multipliedBy(2))) {
      skip(host);
    }
  }

  private void skip(String host) {
    try {
      Reading now = engine.read(OPERATOR);
      Gate gate = now.gate().orElseThrow();
      boolean isAwaited = gate.canaries().contains(host) && gate.candidate().isPresent();
      if (!gate.holders().containsKey(host) && !(isAwaited && !gate.skipped().contains(host))) {
        return;
      }
      truth.ends(host); // from now on it is one too many, and the operator knows
      Gate next = new Operators(FleetRules.CONTRACT).skip(gate, host);
      engine.exchange(now, new Exchange(Optional.of(next), new Exchange.KeepRow()));
    } catch (EngineException e) {
      // the next time
    }
  }

  private void await(String otherwise, BooleanSupplier condition) {
    long end = System.nanoTime() + settings.patience().toNanos();
    while (!condition.getAsBoolean()) {
      Throwable wrong = failure.get();
      if (wrong != null) {
        throw new IllegalStateException(wrong);
      }
      if (System.nanoTime() > end || isOverWithin(Duration.ofMillis(50))) {
        throw new IllegalStateException(otherwise + ": " + state());
      }
    }
  }

  private String state() {
    try {
      return gate().toString();
    } catch (EngineException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() {
    over.countDown();
    try {
      for (Thread thread : threads) {
        thread.join(settings.patience());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
