// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.fleet.FleetTurn;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.ReadOnlyEngine;
import dev.reconcile.fleet.Reading;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.Situation;
import dev.reconcile.fleet.TurnTaking.Answer;
import dev.reconcile.fleet.WaitNotice;
import dev.reconcile.fleet.WaitReason;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.State;
import dev.reconcile.report.FleetReport;
import dev.reconcile.source.Repository;
import java.util.Optional;

/**
 * A run of {@code apply} on a host of a fleet. It asks whose turn it is if git has something newer,
 * and repairs drift at the last applied commit while it waits.
 */
final class FleetRun {
  private final RunContext run;
  private final FleetGit git;
  private final NoopCheck noop;
  private final FleetTurns turns;
  private final Engine engine;
  private final Situation begin;
  private final FleetWork work;
  private final boolean isLeaving;

  private FleetRun(
      RunContext run,
      FleetGit git,
      NoopCheck noop,
      FleetTurns turns,
      Engine engine,
      Situation begin,
      FleetWork work,
      boolean isLeaving) {
    this.run = run;
    this.git = git;
    this.noop = noop;
    this.turns = turns;
    this.engine = engine;
    this.begin = begin;
    this.work = work;
    this.isLeaving = isLeaving;
  }

  /** Performs the run; empty if this host is in no fleet, or not any more. */
  static Optional<RunResult> of(RunContext run, State state, Repository repository, NoopCheck noop)
      throws CommandFailed, HostException {
    try (FleetGit git = new FleetGit(run, state, repository)) {
      Optional<FleetRun> fleet = open(run, state, git, noop);
      if (fleet.isEmpty()) {
        leave(run.host());
        return Optional.empty();
      }
      return fleet.get().isLeaving ? fleet.get().leaving() : Optional.of(fleet.get().perform());
    }
  }

  /** Adds a line about the turn of this host to the result of a plan; writes nothing. */
  static RunResult forecast(
      RunContext run, State state, Repository repository, NoopCheck noop, RunResult result)
      throws CommandFailed, HostException {
    try (FleetGit git = new FleetGit(run, state, repository)) {
      Optional<FleetRun> fleet = open(run, state, git, noop);
      return fleet.isPresent() ? fleet.get().foreseen(result) : result;
    }
  }

  // The settings of the last applied commit count, and those of the newest one only if that has
  // none.
  private static Optional<FleetRun> open(RunContext run, State state, FleetGit git, NoopCheck noop)
      throws CommandFailed, HostException {
    FleetRecord onDisk = FleetRecordFile.load(run.host().facts());
    Revisions has = git.has(onDisk);
    Optional<Revisions> newest = git.newest();
    Optional<FleetSettings> settings = git.settings(newest.isPresent());
    FleetRecord record = settings.map(EngineAddress::of).map(onDisk::with).orElse(onDisk);
    // a canary proves the commit that removes the section, too, before it leaves
    boolean isDone = record.soak().isEmpty() && !record.isUnwell();
    boolean isLeaving = settings.isEmpty() && newest.isPresent() && isDone;
    if (record.engine().isEmpty() || (isLeaving && !record.owes())) {
      return Optional.empty();
    }
    // who leaves has only to say its last word
    Situation begin =
        Situation.begin(FleetSelf.of(run), record, has, isLeaving ? Optional.empty() : newest);
    FleetPlans plans = new FleetPlans(run, state, git, has);
    FleetTurns turns = new FleetTurns(run, git, plans, begin.self(), onDisk, noop);
    Engine engine = run.hosts().engine(run.host(), record.engine().get());
    FleetWork work = new FleetWork(run, state, git, plans, turns, engine, begin);
    return Optional.of(new FleetRun(run, git, noop, turns, engine, begin, work, isLeaving));
  }

  private static void leave(Host host) throws HostException {
    host.discardTree(FleetRecordFile.PATH);
  }

  // Until the engine has the last word, the record stays; but nothing waits for that.
  private Optional<RunResult> leaving() throws CommandFailed, HostException {
    try {
      Answer answer = turns.ask(engine, begin);
      if (answer.turn() instanceof FleetTurn.Apply(Grant grant, boolean hasSlot)) {
        return Optional.of(ended(work.apply(grant, hasSlot, answer.situation())));
      }
    } catch (EngineException e) {
      return Optional.empty();
    }
    if (!turns.record().owes()) {
      leave(run.host());
    }
    return Optional.empty();
  }

  private RunResult foreseen(RunResult result) throws CommandFailed {
    if (!begin.isBehind()) {
      return result;
    }
    try {
      Answer answer = turns.ask(new ReadOnlyEngine(engine), begin);
      switch (answer.turn()) {
        case FleetTurn.Nothing() -> {}
        case FleetTurn.Wait(WaitReason reason) ->
            run.log().say(WaitNotice.of(reason, answer.situation()));
        case FleetTurn.Apply(Grant grant, boolean _) ->
            run.log().say(WaitNotice.ofTurn(grant.release(), grant.revisions()));
      }
      return result;
    } catch (EngineException e) {
      run.log().say(e.diagnostic());
      return unlessWorse(result, FleetAccess.code(e));
    }
  }

  private RunResult perform() throws CommandFailed, HostException {
    // the first turn, or the section has moved the host to another group or other endpoints
    if (!turns.record().equals(begin.record())) {
      turns.save(begin.record());
    }
    if (!run.arguments().values(RunOptions.ONLY).isEmpty()) {
      return ended(work.only());
    }
    Answer answer;
    try {
      answer = turns.ask(engine, begin);
    } catch (EngineException e) {
      return ended(unreachable(e));
    }
    return switch (answer.turn()) {
      case FleetTurn.Nothing() -> atRest(answer.situation());
      case FleetTurn.Wait(WaitReason reason) -> ended(waiting(reason, answer.situation()));
      case FleetTurn.Apply(Grant grant, boolean hasSlot) ->
          ended(work.apply(grant, hasSlot, answer.situation()));
    };
  }

  private RunResult atRest(Situation situation) throws CommandFailed, HostException {
    RunResult result = work.repair(situation, Optional.empty());
    boolean isCurrent = begin.newest().isPresent() && !begin.isBehind() && !git.isDegraded();
    boolean waits = work.waiting().isPresent();
    FleetReport report =
        report(
            situation,
            waits ? FleetReport.State.WAITING : FleetReport.State.CURRENT,
            waits ? "Release steps wait for a slot." : "");
    if (isCurrent && !waits && !turns.record().owes() && Run.hadNothingToDo(run, result)) {
      return remembered(result, new FleetMemory(report, Optional.empty()));
    }
    return ended(result.in(report));
  }

  private RunResult waiting(WaitReason reason, Situation situation)
      throws CommandFailed, HostException {
    Diagnostic notice = WaitNotice.of(reason, situation);
    run.log().say(notice);
    RunResult result = work.repair(situation, Optional.empty());
    FleetReport.State state =
        switch (reason) {
          case HELD, FAILED -> FleetReport.State.HALTED;
          case NO_RECORD -> FleetReport.State.UNREACHABLE;
          case SLOTS, RAMP, STEP, MIRROR, REWOUND, AHEAD, FAILED_HERE, CANARIES, SHARED_NAME ->
              FleetReport.State.WAITING;
        };
    FleetReport report = report(situation, state, notice.detail());
    boolean isPlain =
        code(reason) == ExitCode.OK
            && reason != WaitReason.MIRROR // a source may be reached again, which no input shows
            && result.plan().isPresent() // a host before its first commit makes none
            && work.waiting().isEmpty()
            && !git.isDegraded();
    if (isPlain && !turns.record().owes() && Run.hadNothingToDo(run, result)) {
      Reading reading = situation.reading().orElseThrow();
      EngineAddress address = turns.record().engine().orElseThrow();
      FleetMemory.Asked asked = new FleetMemory.Asked(address, reading.revision());
      return remembered(result, new FleetMemory(report, Optional.of(asked)));
    }
    return unlessWorse(result, code(reason)).in(report);
  }

  private RunResult remembered(RunResult result, FleetMemory memory) throws CommandFailed {
    return Run.remembered(run, noop, git.tips(), result, Optional.of(memory)).in(memory.report());
  }

  // With nothing newer, nobody needs the engine.
  private RunResult unreachable(EngineException failure) throws CommandFailed, HostException {
    boolean waits = begin.isBehind();
    if (waits) {
      run.log().say(failure.diagnostic());
    }
    RunResult result = work.repair(begin.with(turns.record()), Optional.of(failure));
    ExitCode code = FleetAccess.code(failure);
    FleetReport report =
        report(begin, FleetReport.State.UNREACHABLE, failure.diagnostic().detail());
    return waits ? unlessWorse(result, code).in(report) : result;
  }

  /** Returns the exit code of a run that waits. */
  static ExitCode code(WaitReason reason) {
    return switch (reason) {
      case NO_RECORD -> ExitCode.UNAVAILABLE;
      case SHARED_NAME -> ExitCode.FAILED;
      case SLOTS, RAMP, STEP, MIRROR, REWOUND, AHEAD, FAILED_HERE, CANARIES, HELD, FAILED ->
          ExitCode.OK;
    };
  }

  private FleetReport report(Situation situation, FleetReport.State state, String because) {
    return report(begin, situation, state, because);
  }

  /** Returns the report of a turn. */
  static FleetReport report(
      Situation begin, Situation now, FleetReport.State state, String because) {
    Optional<Gate> gate = now.reading().flatMap(Reading::gate);
    return new FleetReport(
        begin.record().engine().map(EngineAddress::group).orElse(""),
        gate.map(one -> one.targetOf(now.self().host()).number()).orElse(now.record().taken()),
        state,
        because,
        gate.map(one -> one.failed().size()).orElse(-1));
  }

  private RunResult ended(RunResult result) {
    RunResult checked = git.isDegraded() ? unlessWorse(result, ExitCode.FAILED) : result;
    checked = unlessWorse(checked, work.waiting().orElse(ExitCode.OK));
    checked = git.isStale() ? unlessWorse(checked, ExitCode.UNAVAILABLE) : checked;
    return turns.refusal().isPresent() ? unlessWorse(checked, turns.refusal().get()) : checked;
  }

  private static RunResult unlessWorse(RunResult result, ExitCode code) {
    return result.isGood() && code != ExitCode.OK ? result.with(code) : result;
  }
}
