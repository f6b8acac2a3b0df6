// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.Planned.Result;
import dev.reconcile.fleet.SimulatedTruth.Instant;
import dev.reconcile.fleet.Word.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host of {@link SimulatedFleet}, in a thread of its own: a timer, the real turns, and a sleep
 * for each apply.
 */
final class SimulatedHost implements TurnTaking.Actions<RuntimeException> {
  /** The end of a run at some instant. What the host has saved is still there. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The end of the simulation. */
  private static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  final String name;
  final AtomicLong requests = new AtomicLong();
  final AtomicLong lost = new AtomicLong();
  final AtomicLong runs = new AtomicLong();
  volatile boolean isGone;

  private final SimulatedFleet fleet;
  private final String machine;
  private final TurnTaking<RuntimeException> turns;
  private final SplittableRandom random;
  private volatile FleetRecord record = FleetRecord.EMPTY;
  private volatile Revisions has = Revisions.NONE;

  SimulatedHost(String name, SimulatedFleet fleet, Engine engine, SplittableRandom random) {
    this.name = name;
    this.fleet = fleet;
    this.machine = "%032x".formatted(random.nextLong());
    this.random = random;
    this.turns = new TurnTaking<>(new Turns(FleetRules.CONTRACT), new Counted(engine), this);
  }

  /** Tells whether this host has a commit, and nothing more to say. */
  boolean isDoneWith(String commit) {
    return has.commit().equals(commit) && !record.owes();
  }

  /** Returns the requests whose comparison held. */
  long answered() {
    return requests.get() - lost.get();
  }

  /** The host has a commit from the beginning. */
  void begin(Revisions first) {
    has = first;
  }

  // ---- the timer

  /** Comes by again and again, until the simulation is over or the host is gone for good. */
  void live() {
    try {
      long period = fleet.settings.period().toNanos();
      pause(Duration.ofNanos(random.nextLong(period)));
      while (!isGone) {
        long began = System.nanoTime();
        comeBy();
        long next = began + period * 19 / 20 + random.nextLong(period / 10);
        pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      }
    } catch (Over e) {
      return; // nothing is left to do
    } catch (RuntimeException e) {
      fleet.failed(e);
    }
  }

  private void comeBy() {
    try {
      run();
    } catch (EngineException e) {
      lost.incrementAndGet();
      if (e.failure() != EngineFailure.OUT_OF_REACH) {
        throw new IllegalStateException(e);
      }
    } catch (Killed e) {
      isGone = fleet.truth.isGoneForGood(name);
      pause(fleet.settings.period().multipliedBy(2));
    }
    runs.incrementAndGet();
  }

  private void pause(Duration time) {
    if (fleet.isOverWithin(time)) {
      throw new Over();
    }
  }

  // ---- a run

  private void run() throws EngineException {
    Situation begin = Situation.begin(self(), record, has, Optional.of(fleet.tips()));
    TurnTaking.Answer answer = turns.ask(begin);
    if (answer.turn() instanceof FleetTurn.Apply(Grant grant, boolean hasSlot)) {
      Outcome outcome = hasSlot ? apply(grant) : Outcome.UNCHANGED;
      if (outcome == Outcome.WELL || outcome == Outcome.UNCHANGED) {
        has = grant.revisions();
      }
      Word word = new Word(grant.release(), grant.revisions().commit(), outcome, List.of());
      record = record.saying(word);
      dieAt(Instant.APPLIED);
      turns.ask(Situation.begin(self(), record, has, Optional.empty()).over(record, has));
    }
  }

  private Outcome apply(Grant grant) {
    if (!record.isHalfWay()) {
      record = record.begun(grant);
    }
    fleet.truth.begins(name, grant);
    pause(fleet.settings.apply());
    dieAt(Instant.HALF_WAY);
    boolean isBad = fleet.commit(grant.revisions()).badOn().contains(name);
    fleet.truth.ends(name);
    return isBad ? Outcome.TAKEN_BACK : Outcome.WELL;
  }

  private void dieAt(Instant instant) {
    if (fleet.truth.kills(instant)) {
      throw new Killed();
    }
  }

  private Situation.Self self() {
    return new Situation.Self(
        name, machine, "1", java.time.Instant.EPOCH, new Moment("boot", System.nanoTime()));
  }

  @Override
  public void save(FleetRecord next) {
    record = next;
  }

  @Override
  public Situation.Fetched fetchNewest(FleetRelease than) {
    Revisions tips = fleet.tips();
    return new Situation.Fetched(
        than.number(),
        than.revisions().followedBy(tips, ModelCommit::relation),
        Optional.of(fleet.commit(tips).numbers()));
  }

  @Override
  public Planned plan(FleetRelease release) {
    Revisions target = release.revisions();
    boolean isAhead = has.to(target, ModelCommit::relation) == Relation.BEFORE;
    boolean isEmpty = fleet.commit(target).emptyOn().contains(name);
    Result result = isAhead ? Result.AHEAD : isEmpty ? Result.EMPTY : Result.CHANGES;
    return new Planned(release.number(), result, new TreeMap<>());
  }

  @Override
  public void prepare(FleetRelease release) {} // the sleep of an apply is that of the switch

  @Override
  public List<String> examine(Soak soak) {
    return fleet.commit(has).badInSoak() ? List.of("shop") : List.of();
  }

  /** Counts the requests, and may end the run before it has the answer to one. */
  private final class Counted implements Engine {
    private final Engine engine;

    Counted(Engine engine) {
      this.engine = engine;
    }

    @Override
    public Reading read(String host) throws EngineException {
      requests.incrementAndGet();
      return engine.read(host);
    }

    @Override
    public Answer exchange(Reading seen, Exchange change) throws EngineException {
      requests.incrementAndGet();
      Answer answer = engine.exchange(seen, change);
      if (!answer.isDone()) {
        lost.incrementAndGet();
      }
      dieAt(Instant.ASKED);
      return answer;
    }

    @Override
    public long revision() throws EngineException {
      requests.incrementAndGet();
      return engine.revision();
    }

    @Override
    public Rows rows() throws EngineException {
      return engine.rows();
    }
  }
}
