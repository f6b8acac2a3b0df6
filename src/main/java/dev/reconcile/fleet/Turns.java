// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetTurn.Apply;
import dev.reconcile.fleet.FleetTurn.Ask;
import dev.reconcile.fleet.FleetTurn.FetchNewest;
import dev.reconcile.fleet.FleetTurn.MakePlan;
import dev.reconcile.fleet.FleetTurn.Nothing;
import dev.reconcile.fleet.FleetTurn.Prepare;
import dev.reconcile.fleet.FleetTurn.Read;
import dev.reconcile.fleet.FleetTurn.Save;
import dev.reconcile.fleet.FleetTurn.Wait;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.Planned.Result;
import java.util.List;
import java.util.Optional;

/**
 * The decisions of a run about its turn.
 *
 * <p>Invariant: a decision follows from the situation alone: from what is on disk, in the engine
 * and in git. So a run that is killed after any of them goes on with the next run as if it had only
 * been slow.
 */
public final class Turns {
  private final FleetRules rules;
  private final Words words;

  /**
   * @param rules the rules of the group
   */
  public Turns(FleetRules rules) {
    this.rules = rules;
    this.words = new Words(rules);
  }

  /** Returns what a run does next. */
  public FleetTurn next(Situation s) {
    FleetRecord record = s.record();
    if (record.isHalfWay()) {
      return s.isOver() ? new Nothing() : new Apply(record.grant().orElseThrow(), true);
    }
    if (record.word().isPresent()) {
      return s.reading().isEmpty() ? new Read() : words.deliver(s, s.reading().get());
    }
    if (s.isOver()) {
      return new Nothing();
    }
    Optional<FleetTurn> soaking = record.soak().flatMap(soak -> Words.soaking(s, soak));
    if (soaking.isPresent()) {
      return soaking.get();
    }
    if (!s.isBehind() && !record.asked()) {
      return new Nothing();
    }
    return s.reading().isEmpty()
        ? new Read()
        : usable(s, s.reading().get())
            .orElseGet(
                () -> s.isBehind() ? release(s, s.reading().get()) : unused(s, s.reading().get()));
  }

  /**
   * Returns what a run does next whose plan for the last applied commit has a release step. It ends
   * with a slot, or with a wait.
   */
  public FleetTurn nextForStep(Situation s) {
    if (s.record().word().isPresent()) {
      return next(s);
    }
    return s.reading().isEmpty()
        ? new Read()
        : usable(s, s.reading().get())
            .orElseGet(() -> {
              Grant grant = new Grant(s.record().taken(), s.has(), true, false);
              return slot(s, s.reading().get(), grant, new Holder(grant.release(), true));
            });
  }

  // ---- whether the engine can be used

  private Optional<FleetTurn> usable(Situation s, Reading reading) {
    if (isTooOld(s, reading)) {
      return Optional.of(new Wait(WaitReason.NO_RECORD));
    }
    Gate gate = reading.gate().orElseThrow();
    Seen now = new Seen(gate.start(), reading.revision(), gate.newest());
    boolean isNews =
        reading.isOwn()
            ? s.record().seen().map(Seen::release).orElse(0) < now.release()
            : !s.record().seen().equals(Optional.of(now));
    if (isNews) {
      return Optional.of(new Save(s.record().seeing(now)));
    }
    String machine = s.self().machine();
    if (reading.row().isPresent() && !reading.row().get().isOf(machine)) {
      HostRow row = reading.row().get();
      return Optional.of(
          row.machines().contains(machine)
              ? new Wait(WaitReason.SHARED_NAME)
              : ask(gate, gate, new Exchange.WriteRow(row.sharedWith(machine))));
    }
    return Optional.empty();
  }

  /** Tells whether the gate is missing, or older than one that this host has seen. */
  static boolean isTooOld(Situation s, Reading reading) {
    return reading.gate().isEmpty()
        || s.record().seen().stream()
            .anyMatch(seen -> seen.isNewerThan(reading.gate().get(), reading.revision()));
  }

  // ---- the way to a release

  private FleetTurn release(Situation s, Reading reading) {
    Gate gate = reading.gate().orElseThrow();
    FleetRelease target = gate.targetOf(s.self().host());
    Holder mine = gate.holders().get(s.self().host());
    if (mine != null && mine.release() != target.number() && isIdle(s, gate)) {
      return giveBack(s, gate);
    }
    Optional<FleetTurn> proposal = proposal(s, gate);
    if (proposal.isPresent()) {
      return proposal.get();
    }
    if (s.has().agreesWith(target.revisions())) {
      return atTarget(s, gate, target);
    }
    if (rules.isHeld(gate)) {
      return wait(s, gate, WaitReason.HELD);
    }
    if (rules.hasFailed(gate, target.number())) {
      return wait(s, gate, WaitReason.FAILED);
    }
    if (gate.failed().getOrDefault(s.self().host(), 0) == target.number()) {
      return wait(s, gate, WaitReason.FAILED_HERE);
    }
    return s.plannedFor(target)
        .map(plan -> planned(s, reading, target, plan))
        .orElseGet(() -> unplanned(s, gate, target));
  }

  private Optional<FleetTurn> proposal(Situation s, Gate gate) {
    FleetRelease latest = gate.newestRelease();
    if (!rules.mayPropose(gate) || s.newest().orElseThrow().agreesWith(latest.revisions())) {
      return Optional.empty();
    }
    if (s.fetched().filter(one -> one.than() == latest.number()).isEmpty()) {
      return Optional.of(new FetchNewest(latest));
    }
    FleetNumbers numbers = s.fetched().get().numbers().orElse(gate.stable().numbers());
    return s.fetched()
        .get()
        .proposal()
        .map(next -> ask(gate, rules.propose(gate, next, numbers), new Exchange.KeepRow()));
  }

  private FleetTurn atTarget(Situation s, Gate gate, FleetRelease target) {
    if (s.record().soak().isEmpty() && Words.mustSoak(s, gate, target.number())) {
      return new Save(s.record().soaking(Words.soak(s, gate)));
    }
    if (rules.isHeld(gate)) {
      return wait(s, gate, WaitReason.HELD);
    }
    if (gate.candidate().isEmpty()) {
      return wait(s, gate, WaitReason.REWOUND);
    }
    boolean failed = rules.hasFailed(gate, gate.candidate().get().number());
    return wait(s, gate, failed ? WaitReason.FAILED : WaitReason.CANARIES);
  }

  // A plan that has changes keeps them: the host asks for a slot before it makes the plan again.
  private FleetTurn unplanned(Situation s, Gate gate, FleetRelease target) {
    if (s.record().needed() == target.number()) {
      Optional<Refusal> refusal =
          rules.refusal(gate, s.self().host(), new Holder(target.number(), false));
      if (refusal.isPresent()) {
        return wait(s, gate, WaitReason.of(refusal.get()));
      }
    }
    return new MakePlan(target);
  }

  private FleetTurn planned(Situation s, Reading reading, FleetRelease target, Planned plan) {
    Gate gate = reading.gate().orElseThrow();
    if (plan.result() == Result.MISSING) {
      return wait(s, gate, WaitReason.MIRROR);
    }
    if (plan.result() == Result.AHEAD) {
      return wait(s, gate, WaitReason.AHEAD);
    }
    if (!target.revisions().sources().keySet().containsAll(plan.pins().keySet())) {
      Gate pinned = rules.pin(gate, target.number(), plan.pins());
      return ask(gate, pinned, new Exchange.KeepRow());
    }
    Grant grant = new Grant(target.number(), target.revisions(), false, false);
    // a host that is unwell must be found well before it is done with its slot
    if (plan.result() == Result.EMPTY && s.record().grant().isEmpty()) {
      return new Apply(grant, false);
    }
    return isPrepared(s, gate, target)
        ? slot(s, reading, grant, new Holder(target.number(), plan.result() == Result.STEP))
        : new Prepare(target);
  }

  // It is built before a slot is asked for, and also if there is none yet. An earlier run has done
  // it before it recorded that the release is needed.
  private static boolean isPrepared(Situation s, Gate gate, FleetRelease target) {
    return s.prepared() == target.number()
        || s.record().needed() == target.number()
        || gate.holders().containsKey(s.self().host());
  }

  // ---- slots

  /**
   * Only a slot of an exchange of this run counts: while one that was merely read is used, an
   * earlier request of this host to give it back might still take effect.
   */
  private FleetTurn slot(Situation s, Reading reading, Grant grant, Holder wanted) {
    Gate gate = reading.gate().orElseThrow();
    String host = s.self().host();
    if (reading.isOwn() && wanted.equals(gate.holders().get(host))) {
      return new Apply(grant, true);
    }
    Optional<Refusal> refusal = rules.refusal(gate, host, wanted);
    if (refusal.isPresent()) {
      boolean isNews = !grant.isRepair() && s.record().needed() != grant.release();
      return isNews
          ? new Save(s.record().needing(grant.release()))
          : wait(s, gate, WaitReason.of(refusal.get()));
    }
    if (!s.record().asked()) {
      return new Save(s.record().asking(true));
    }
    HostRow row =
        s.row(grant.release(), grant.revisions().commit(), HostRow.State.AT_IT, List.of());
    return new Ask(
        new Exchange(Optional.of(rules.grant(gate, host, wanted)), new Exchange.WriteRow(row)));
  }

  /**
   * Gives back a slot that this host asked for and does not need any more. The exchange is made
   * even if the host has no slot, because afterwards the earlier request cannot take effect.
   */
  private FleetTurn unused(Situation s, Reading reading) {
    Gate gate = reading.gate().orElseThrow();
    if (reading.isOwn() && !isIdle(s, gate)) {
      return new Save(s.record().asking(false));
    }
    Gate without = isIdle(s, gate) ? rules.giveBack(gate, s.self().host()) : gate;
    return new Ask(new Exchange(Optional.of(without), new Exchange.KeepRow()));
  }

  private FleetTurn wait(Situation s, Gate gate, WaitReason reason) {
    return isIdle(s, gate) ? giveBack(s, gate) : new Wait(reason);
  }

  /** Tells whether this host holds a slot with which it has not begun. */
  private static boolean isIdle(Situation s, Gate gate) {
    return gate.holders().containsKey(s.self().host()) && s.record().grant().isEmpty();
  }

  private FleetTurn giveBack(Situation s, Gate gate) {
    return ask(gate, rules.giveBack(gate, s.self().host()), new Exchange.KeepRow());
  }

  /** Returns the exchange of a gate, which is left out if it stays as it is, and of a row. */
  static FleetTurn ask(Gate gate, Gate next, Exchange.RowChange row) {
    return new Ask(new Exchange(next.equals(gate) ? Optional.empty() : Optional.of(next), row));
  }
}
