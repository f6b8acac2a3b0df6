// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.FleetTurn.Apply;
import dev.reconcile.fleet.FleetTurn.Ask;
import dev.reconcile.fleet.FleetTurn.Examine;
import dev.reconcile.fleet.FleetTurn.FetchNewest;
import dev.reconcile.fleet.FleetTurn.MakePlan;
import dev.reconcile.fleet.FleetTurn.Nothing;
import dev.reconcile.fleet.FleetTurn.Prepare;
import dev.reconcile.fleet.FleetTurn.Read;
import dev.reconcile.fleet.FleetTurn.Save;
import dev.reconcile.fleet.FleetTurn.Wait;
import dev.reconcile.fleet.Planned.Result;
import dev.reconcile.fleet.Word.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host of the model: it does one thing at each step, and may be killed before any of them. */
final class ModelHost {
  private enum Phase {
    IDLE,
    TURN,
    BEGIN,
    APPLY,
    TAKE,
    OVER
  }

  private static final int MOST_TURNS = 200;

  final String name;
  private final FleetModel world;
  private FleetRecord record = FleetRecord.EMPTY;
  private Revisions has = Revisions.NONE;
  private boolean isWell = true;
  boolean isGone;
  long spoke;
  private int boot;

  // lost when the run is killed
  private Phase phase = Phase.IDLE;
  private @Nullable Situation s;
  private @Nullable Grant grant;
  private boolean isForStep;
  private int remaining;
  private int turns;

  ModelHost(String name, FleetModel world) {
    this.name = name;
    this.world = world;
  }

  Revisions has() {
    return has;
  }

  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  /** The process is killed; perhaps the machine is started again. */
  void kill(boolean reboot) {
    phase = Phase.IDLE;
    s = null;
    boot += reboot ? 1 : 0;
  }

  /** What did not answer answers again. */
  void heal() {
    if (!isWell && !record.isHalfWay()) {
      world.truth.ends(name);
    }
    isWell = true;
  }

  /** An administrator applies the release that failed here, after having removed the cause. */
  void repairByHand() {
    Optional<FleetRelease> failed = world.release(record.failed());
    if (phase == Phase.IDLE
        && !record.isHalfWay()
        && record.word().isEmpty()
        && isWell
        && failed.isPresent()
        && has.to(failed.get().revisions(), ModelCommit::relation) == Relation.AFTER) {
      take(failed.get().number(), failed.get().revisions());
      tookWell(failed.get().number());
      Grant done = new Grant(failed.get().number(), has, false, false);
      record = record.saying(word(done, Outcome.WELL));
    }
  }

  void step() {
    switch (phase) {
      case IDLE -> begin();
      case TURN, OVER -> perform();
      case BEGIN -> {
        record = record.begun(grant);
        world.truth.begins(name);
        phase = Phase.APPLY;
      }
      case APPLY -> apply();
      case TAKE -> {
        take(grant.release(), grant.revisions());
        world.truth.proves(name, grant.release());
        end(word(grant, Outcome.UNCHANGED));
      }
    }
  }

  private Situation.Self self() {
    return new Situation.Self(
        name, name, "1", Instant.EPOCH, new Moment(String.valueOf(boot), world.tick));
  }

  private void begin() {
    s = Situation.begin(self(), record, has, Optional.of(world.tips(this)));
    isForStep = false;
    turns = 0;
    phase = Phase.TURN;
  }

  private void perform() {
    turns++;
    if (turns > MOST_TURNS) {
      throw new ModelTruth.Broken("a run does not end: " + record);
    }
    FleetTurn turn = isForStep ? world.turns.nextForStep(s) : world.turns.next(s);
    switch (turn) {
      case Read() -> read();
      case Ask(Exchange change) -> ask(change);
      case Save(FleetRecord saved) -> {
        if (record.word().isPresent() && saved.word().isEmpty()) {
          world.said(this, record.word().get());
          world.seen.add(record.word().get().outcome());
        }
        if (!saved.asked() && record.asked()) {
          world.hasLeft(this);
        }
        record = saved;
        s = s.with(saved);
      }
      case FetchNewest(FleetRelease than) -> s = s.with(fetched(than));
      case MakePlan(FleetRelease release) -> s = s.with(planned(release));
      case Prepare(FleetRelease release) -> s = s.prepared(release);
      case Examine(Soak soak) -> {
        boolean healthy = isWell && !world.commit(has).badInSoak();
        if (healthy && world.tick - world.takenAt(name, has) >= soak.time().toNanos()) {
          world.truth.proves(name, soak.release());
        }
        s = s.examined(healthy ? List.of() : List.of("shop"));
      }
      case Nothing() -> atRest();
      case Wait(WaitReason reason) -> {
        world.seen.add(reason);
        atRest();
      }
      case Apply(Grant given, boolean hasSlot) -> {
        grant = given;
        remaining = 1 + world.random.nextInt(2);
        boolean goesOn = record.isHalfWay();
        phase = hasSlot ? goesOn ? Phase.APPLY : Phase.BEGIN : Phase.TAKE;
      }
    }
  }

  private void read() {
    if (world.isLost()) {
      phase = Phase.IDLE;
      return;
    }
    spoke = world.tick;
    s = s.with(world.read(name));
  }

  private void ask(Exchange change) {
    Optional<Reading> now = world.exchange(this, s.reading().get(), change);
    if (now.isEmpty()) {
      phase = Phase.IDLE; // no answer: the run ends, whatever became of the request
      return;
    }
    spoke = world.tick;
    s = s.with(now.get());
  }

  // Drift is repaired now. A release step may be due; who was unwell may be well.
  private void atRest() {
    boolean wasOver = phase == Phase.OVER;
    phase = Phase.IDLE;
    if (wasOver || isForStep || record.word().isPresent()) {
      return;
    }
    if (record.isUnwell() && isWell) {
      Outcome outcome = record.grant().get().isRepair() ? Outcome.REPAIRED : Outcome.TAKEN_BACK;
      record = record.saying(word(record.grant().get(), outcome));
    } else if (!has.commit().isEmpty() && world.driftNeedsStep()) {
      isForStep = true;
      phase = Phase.TURN;
    }
  }

  private Situation.Fetched fetched(FleetRelease than) {
    Revisions tips = s.newest().get();
    Optional<Revisions> next = than.revisions().followedBy(tips, ModelCommit::relation);
    return new Situation.Fetched(than.number(), next, Optional.of(world.commit(tips).numbers()));
  }

  private Planned planned(FleetRelease release) {
    SortedMap<String, String> pins = new TreeMap<>(world.tips(this).sources());
    release.revisions().sources().forEach((source, _) -> pins.remove(source));
    Revisions target = release.revisions();
    if (ModelCommit.position(target.commit()) > ModelCommit.position(world.tips(this).commit())) {
      return new Planned(release.number(), Result.MISSING, new TreeMap<>());
    }
    Relation relation = has.to(target, ModelCommit::relation);
    if (relation == Relation.BEFORE) {
      return new Planned(release.number(), Result.AHEAD, new TreeMap<>());
    }
    ModelCommit commit = world.commit(target);
    Result result =
        commit.emptyOn().contains(name) && !target.commit().equals(has.commit())
            ? Result.EMPTY
            : commit.hasStep() ? Result.STEP : Result.CHANGES;
    return new Planned(release.number(), result, pins);
  }

  private void apply() {
    if (remaining > 0) {
      remaining--;
    } else if (world.isPutOff()) {
      phase = Phase.IDLE; // git is out of reach, or another run has the lock
    } else if (grant.isRepair() ? !isWell || world.repairFails() : isBad()) {
      fail();
    } else if (!grant.isRepair() && !has.equals(grant.revisions())) {
      take(grant.release(), grant.revisions());
      isWell = true;
      tookWell(grant.release());
    } else {
      world.truth.ends(name);
      if (grant.isRepair()) {
        world.truth.recovered(name, grant.release());
      }
      end(word(grant, grant.isRepair() ? Outcome.REPAIRED : Outcome.WELL));
    }
  }

  private void tookWell(int release) {
    world.truth.ends(name);
    world.truth.tookWell(name, release);
    if (world.soak().isZero()) {
      world.truth.proves(name, release);
    }
  }

  private boolean isBad() {
    return world.commit(grant.revisions()).badOn().contains(name);
  }

  private void fail() {
    world.failed(name, grant.release());
    isWell &= grant.isRepair() || !world.commit(grant.revisions()).leavesUnwell();
    if (isWell) {
      world.truth.ends(name);
    } else {
      world.truth.staysUnwell(name);
    }
    end(word(grant, isWell ? Outcome.TAKEN_BACK : Outcome.UNWELL));
  }

  private void take(int release, Revisions revisions) {
    world.truth.runs(release, revisions);
    Relation relation = has.to(revisions, ModelCommit::relation);
    if (relation == Relation.BEFORE) {
      throw new ModelTruth.Broken("a host went back");
    }
    if (!has.equals(revisions)) {
      has = revisions;
      world.takes(name, revisions);
    }
  }

  private static Word word(Grant grant, Outcome outcome) {
    return new Word(grant.release(), grant.revisions().commit(), outcome, List.of());
  }

  private void end(Word word) {
    record = record.saying(word);
    s = Situation.begin(self(), record, has, Optional.empty()).over(record, has);
    isForStep = false;
    phase = Phase.OVER;
  }
}
