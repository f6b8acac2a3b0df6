// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.code.SourcePins;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetTurn;
import dev.reconcile.fleet.Reading;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.Situation;
import dev.reconcile.fleet.TurnTaking.Answer;
import dev.reconcile.fleet.WaitNotice;
import dev.reconcile.fleet.WaitReason;
import dev.reconcile.fleet.Word;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.model.State;
import dev.reconcile.report.FleetReport;
import dev.reconcile.run.Convergence.Restraint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The changes of a run on a host of a fleet.
 *
 * <p>Invariant: a slot is on the disk before the first change that it allows, and the outcome
 * before it is told.
 */
final class FleetWork {
  private static final Diagnostic NO_REASON = Diagnostic.notice("", "");

  private final RunContext run;
  private final State state;
  private final FleetGit git;
  private final FleetPlans plans;
  private final FleetTurns turns;
  private final Engine engine;
  private final Situation begin;
  private Optional<ExitCode> waiting = Optional.empty();

  /**
   * @param run the run
   * @param state the state that the run started from
   * @param git the repositories
   * @param plans the plans that were made before a slot was asked for
   * @param turns the questions about the turn
   * @param engine the engine
   * @param begin what the run knew at its beginning
   */
  FleetWork(
      RunContext run,
      State state,
      FleetGit git,
      FleetPlans plans,
      FleetTurns turns,
      Engine engine,
      Situation begin) {
    this.run = run;
    this.state = state;
    this.git = git;
    this.plans = plans;
    this.turns = turns;
    this.engine = engine;
    this.begin = begin;
  }

  /**
   * Returns the exit code of release steps that wait, at the commit that this host has; empty if
   * none do.
   */
  Optional<ExitCode> waiting() {
    return waiting;
  }

  // ---- a release

  /** Applies a release, and tells the engine what came of it. */
  RunResult apply(Grant grant, boolean hasSlot, Situation situation)
      throws CommandFailed, HostException {
    boolean goesOn = turns.record().isHalfWay();
    if (hasSlot && !goesOn) {
      turns.save(turns.record().begun(grant));
    }
    LoadedRevision loaded;
    try {
      loaded = load(grant, goesOn);
    } catch (CommandFailed e) {
      if (!FleetPlans.isOfRelease(e)) {
        throw e; // git is out of reach: the next run goes on
      }
      e.diagnostics().forEach(run.log()::say);
      FleetOutcome outcome = FleetOutcome.refused(e.diagnostics());
      Word word = outcome.word(grant, true, List.of());
      tell(turns.record().saying(word), situation);
      return RunResult.ended(e.code()).in(report(word, situation));
    }
    return apply(grant, hasSlot, loaded, situation);
  }

  private RunResult apply(Grant grant, boolean hasSlot, LoadedRevision loaded, Situation situation)
      throws CommandFailed, HostException {
    RunResult result = converge(loaded, new Restraint(Collections.emptySortedMap(), hasSlot));
    if (!hasSlot && result.applied().isEmpty()) {
      return result; // something has changed since the plan: the next run asks for a slot
    }
    if (loaded.checkouts().isDegraded()) {
      return result; // the next run goes on
    }
    FleetOutcome outcome = FleetOutcome.of(result, heldByHand(situation));
    List<String> silent = outcome.isWell() ? List.of() : new FleetHealth(run).silent(loaded);
    Word word = outcome.word(grant, hasSlot, silent);
    FleetRecord next = turns.record().saying(word);
    if (!grant.isRepair()) {
      next =
          isThrough(result, loaded)
              ? next.through(grant.release(), revisions(loaded))
              : next.trying(grant);
    }
    tell(next, situation);
    return result.in(report(word, situation));
  }

  // A canary proves nothing about an app that somebody has rolled back on it.
  private Set<String> heldByHand(Situation situation) {
    boolean mayProve =
        situation
            .reading()
            .flatMap(Reading::gate)
            .filter(gate -> !gate.canaries().contains(situation.self().host()))
            .isEmpty();
    return mayProve
        ? Set.of()
        : state.trials().quarantine().entrySet().stream()
            .filter(held -> !held.getValue().endsWithHost())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
  }

  private LoadedRevision load(Grant grant, boolean goesOn) throws CommandFailed, HostException {
    Optional<FleetPlans.Prepared> prepared = plans.prepared(grant.release());
    if (!goesOn && !grant.isRepair() && prepared.isPresent()) {
      prepared.get().said().forEach(run.log()::sayOnce);
      return prepared.get().loaded();
    }
    FetchedCommit commit = git.known(grant.revisions().commit());
    git.checkSignature(commit.commit());
    Map<String, String> sources = grant.revisions().sources();
    boolean isInCaches = goesOn || grant.isRepair();
    SourcePins pins =
        isInCaches ? new SourcePins.Kept(Map.of(), sources) : new SourcePins.Released(sources);
    return git.load(commit, pins, run.log()::sayOnce);
  }

  /** Returns what a run has applied, with the commits of the sources. */
  static Revisions revisions(LoadedRevision loaded) {
    return new Revisions(loaded.desired().revision(), loaded.checkouts().commits());
  }

  /** Tells whether a run went through all apps, also if it took one back. */
  static boolean isThrough(RunResult result, LoadedRevision loaded) {
    return result
        .applied()
        .filter(applied -> applied.isSettledForApps())
        .filter(applied -> applied.state().revision().equals(loaded.desired().revision()))
        .isPresent();
  }

  // ---- what this host has

  /**
   * Repairs drift at the last applied commit. Release steps are run under a slot only.
   *
   * @param unreachable the failure of the engine; empty if it can be asked
   */
  RunResult repair(Situation situation, Optional<EngineException> unreachable)
      throws CommandFailed, HostException {
    Optional<FleetGit.Declared> applied = git.applied();
    if (applied.isEmpty()) {
      return RunResult.ended(ExitCode.OK);
    }
    SourcePins pins = new SourcePins.Kept(Map.of(), begin.has().sources());
    LoadedRevision loaded = git.load(applied.get().commit(), pins, run.log()::sayOnce);
    SortedSet<String> releasing = plans.releasing(loaded);
    SortedMap<String, Diagnostic> left = new TreeMap<>();
    if (!releasing.isEmpty()) {
      Step step = step(situation, unreachable);
      if (step.grant().isPresent()) {
        return underSlot(step.grant().get(), loaded, situation);
      }
      waiting = Optional.of(step.code());
      releasing.forEach(app -> left.put(app, step.because()));
    }
    RunResult result = converge(loaded, new Restraint(left, true));
    recovered(result, loaded, situation);
    return result;
  }

  /**
   * The answer to the question whether release steps may run.
   *
   * @param grant the slot; empty if they wait
   * @param because why they wait
   * @param code the exit code if they wait
   */
  private record Step(Optional<Grant> grant, Diagnostic because, ExitCode code) {
    static Step waits(WaitReason reason, Situation situation) {
      return new Step(Optional.empty(), WaitNotice.of(reason, situation), FleetRun.code(reason));
    }
  }

  private Step step(Situation situation, Optional<EngineException> unreachable)
      throws CommandFailed {
    try {
      if (unreachable.isPresent()) {
        throw unreachable.get();
      }
      Answer answer = turns.askForStep(engine, situation);
      return switch (answer.turn()) {
        case FleetTurn.Apply(Grant grant, boolean _) ->
            new Step(Optional.of(grant), NO_REASON, ExitCode.OK);
        case FleetTurn.Wait(WaitReason reason) -> Step.waits(reason, answer.situation());
        case FleetTurn.Nothing() -> Step.waits(WaitReason.STEP, answer.situation());
      };
    } catch (EngineException e) {
      return new Step(Optional.empty(), e.diagnostic(), FleetAccess.code(e));
    }
  }

  private RunResult underSlot(Grant grant, LoadedRevision loaded, Situation situation)
      throws CommandFailed, HostException {
    turns.save(turns.record().begun(grant));
    return apply(grant, true, loaded, situation);
  }

  /** Repairs some apps at the commit that this host has, or has begun with. */
  RunResult only() throws CommandFailed, HostException {
    FleetRecord record = turns.record();
    if (record.isHalfWay() && !record.grant().orElseThrow().isRepair()) {
      LoadedRevision loaded = load(record.grant().orElseThrow(), true);
      return converge(loaded, Restraint.NONE);
    }
    if (record.untaken().isPresent()) {
      return again(record, record.untaken().get());
    }
    if (git.applied().isEmpty()) {
      throw CommandFailed.request(
          "No commit applied yet",
          "This host waits for its first turn in its fleet, so --only has no commit to apply.");
    }
    return repair(begin, Optional.empty());
  }

  // What this host was granted it may apply without a slot. Release steps run under one only.
  private RunResult again(FleetRecord record, FleetRecord.Applied tried)
      throws CommandFailed, HostException {
    Grant grant = new Grant(tried.release(), tried.revisions(), false, false);
    LoadedRevision loaded = load(grant, true);
    plans.requireAllNamed(loaded, tried.release());
    if (!plans.releasing(loaded).isEmpty() && !turns.holdsStep(engine, tried.release())) {
      throw CommandFailed.request(
              "Release steps without a slot",
              """
              Release %d has release steps, which one host of a group runs at a time, and this host \
              has no slot for them. It takes the release in its turn once its failure is forgiven, \
              or takes a later commit.\
              """
                  .formatted(tried.release()))
          .suggesting("reconcile fleet status");
    }
    RunResult result = converge(loaded, Restraint.NONE);
    if (isThrough(result, loaded)) { // also if it was taken back once more
      turns.save(record.through(tried.release(), revisions(loaded)));
    }
    recovered(result, loaded, begin);
    return result;
  }

  // ---- words

  // What did not answer may answer again; and an administrator may have applied a failed app.
  private void recovered(RunResult result, LoadedRevision loaded, Situation situation)
      throws CommandFailed, HostException {
    FleetRecord record = turns.record();
    boolean isWell = FleetOutcome.of(result).isWell();
    boolean mayBe = isWell || result.code() == ExitCode.ROLLED_BACK;
    if (record.word().isPresent() || record.isHalfWay() || !mayBe) {
      return;
    }
    int failed = record.isUnwell() ? record.grant().orElseThrow().release() : record.failed();
    boolean hasAll =
        isWell
            && failed > 0
            && record.applied().filter(one -> one.release() == failed).isPresent()
            && result.applied().filter(FleetWork::isWithoutQuarantine).isPresent();
    if ((!hasAll && !record.isUnwell()) || !new FleetHealth(run).silent(loaded).isEmpty()) {
      return;
    }
    Grant grant =
        record
            .grant()
            .orElseGet(
                () -> new Grant(failed, record.applied().orElseThrow().revisions(), false, false));
    Word.Outcome outcome = hasAll ? Word.Outcome.WELL : Word.Outcome.TAKEN_BACK;
    Word word =
        new Word(
            grant.release(),
            grant.revisions().commit(),
            grant.isRepair() ? Word.Outcome.REPAIRED : outcome,
            FleetOutcome.of(result).failures());
    tell(record.saying(word), situation);
  }

  private static boolean isWithoutQuarantine(Applied applied) {
    return applied.state().trials().quarantine().isEmpty();
  }

  // A word that cannot be delivered is on the disk, and the next run says it first.
  private void tell(FleetRecord next, Situation situation) throws CommandFailed {
    turns.save(next);
    try {
      turns.ask(engine, situation.over(next, begin.has()));
    } catch (EngineException e) {
      run.log().say(e.diagnostic().withSeverity(Severity.WARNING));
    }
  }

  private FleetReport report(Word word, Situation situation) {
    return FleetRun.report(
        begin,
        situation,
        word.isFailure() ? FleetReport.State.FAILED : FleetReport.State.TAKEN,
        String.join("; ", word.failures()));
  }

  // Whether the repo is out of reach is none of the outcome.
  private RunResult converge(LoadedRevision loaded, Restraint restraint)
      throws CommandFailed, HostException {
    return new Convergence(
            run,
            state,
            loaded,
            PlanOptionsParser.of(run.arguments(), loaded.desired().apps()),
            restraint)
        .of(RunCommand.apply(git.name()), false);
  }
}
