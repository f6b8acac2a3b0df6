// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.code.SourcePins;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetRules;
import dev.reconcile.fleet.Planned;
import dev.reconcile.fleet.Reading;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.Situation;
import dev.reconcile.fleet.Situation.Fetched;
import dev.reconcile.fleet.TurnTaking;
import dev.reconcile.fleet.TurnTaking.Answer;
import dev.reconcile.fleet.Turns;
import dev.reconcile.host.HostException;
import java.util.List;
import java.util.Optional;

/**
 * The questions of a run about its turn, and what it does on its own host to find the answers.
 *
 * <p>Invariant: the record of this host's turns is the one on its disk, unless the run is dry.
 */
final class FleetTurns implements TurnTaking.Actions<CommandFailed> {
  private final RunContext run;
  private final FleetGit git;
  private final FleetPlans plans;
  private final Situation.Self self;
  private final NoopCheck noop;
  private FleetRecord record;
  private Optional<ExitCode> refusal = Optional.empty();

  /**
   * @param run the run
   * @param git the repositories
   * @param plans makes plans for releases
   * @param self this host
   * @param record what is on the disk
   * @param noop forgets what it knows once a later run owes something
   */
  FleetTurns(
      RunContext run,
      FleetGit git,
      FleetPlans plans,
      Situation.Self self,
      FleetRecord record,
      NoopCheck noop) {
    this.run = run;
    this.git = git;
    this.plans = plans;
    this.self = self;
    this.record = record;
    this.noop = noop;
  }

  /** Returns the record as it is now. */
  FleetRecord record() {
    return record;
  }

  /** Returns the exit code of a newest commit that this host does not trust; empty if it does. */
  Optional<ExitCode> refusal() {
    return refusal;
  }

  /** Finds out what the run does. */
  Answer ask(Engine engine, Situation situation) throws EngineException, CommandFailed {
    return taking(engine).ask(situation);
  }

  /** Finds out whether the run may repair what this host has with its release steps. */
  Answer askForStep(Engine engine, Situation situation) throws EngineException, CommandFailed {
    return taking(engine).askForStep(situation);
  }

  /** Tells whether this host holds the slot of a release, with which it may run release steps. */
  boolean holdsStep(Engine engine, int release) throws CommandFailed {
    try {
      Reading reading = engine.read(self.host());
      return reading
          .gate()
          .map(gate -> gate.holders().get(self.host()))
          .filter(holder -> holder.step() && holder.release() == release)
          .isPresent();
    } catch (EngineException e) {
      throw FleetAccess.failed(e);
    }
  }

  private TurnTaking<CommandFailed> taking(Engine engine) {
    return new TurnTaking<>(new Turns(FleetRules.CONTRACT), engine, this);
  }

  @Override
  public void save(FleetRecord next) throws CommandFailed {
    record = next;
    if (run.dry()) {
      return;
    }
    try {
      FleetRecordFile.save(run.host(), next);
      if (next.owes()) {
        noop.forget();
      }
    } catch (HostException e) {
      throw failed(e);
    }
  }

  @Override
  public Fetched fetchNewest(FleetRelease than) throws CommandFailed {
    FleetGit.Declared newest = git.fetchNewest();
    try {
      git.checkSignature(newest.commit().commit());
    } catch (CommandFailed e) {
      if (!FleetPlans.isOfRelease(e)) {
        throw e;
      }
      e.diagnostics().forEach(run.log()::sayOnce);
      refusal = Optional.of(e.code());
      return new Fetched(than.number(), Optional.empty(), Optional.empty());
    }
    try {
      Revisions tips = git.tips(newest);
      return new Fetched(than.number(), than.revisions().followedBy(tips, git), newest.numbers());
    } catch (HostException e) {
      throw failed(e);
    }
  }

  @Override
  public Planned plan(FleetRelease release) throws CommandFailed {
    try {
      return plans.of(release);
    } catch (HostException e) {
      throw failed(e);
    }
  }

  @Override
  public void prepare(FleetRelease release) throws CommandFailed {
    if (run.dry()) {
      return;
    }
    try {
      plans.prepare(release.number());
    } catch (HostException e) {
      throw failed(e);
    }
  }

  @Override
  public List<String> examine(Soak soak) throws CommandFailed {
    FleetGit.Declared applied = git.applied().orElseThrow();
    try {
      LoadedRevision loaded = git.load(applied.commit(), SourcePins.PRESENT, _ -> {});
      return new FleetHealth(run).sinceSoak(loaded, soak, self);
    } catch (HostException e) {
      throw failed(e);
    }
  }

  private static CommandFailed failed(HostException e) {
    return new CommandFailed(ExitCode.FAILED, List.of(e.diagnostic()));
  }
}
