// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Soak;
import java.util.List;

/**
 * The questions of a run about its turn: asks {@link Turns} what is next, does it, and asks again
 * with what the run has come to know.
 *
 * <p>Invariant: it ends, also if the gate changes all the time, or contradicts itself. Then the run
 * waits, and a later one tries again.
 *
 * @param <X> the failures of this host, which end the run
 */
public final class TurnTaking<X extends Exception> {
  private static final int MOST_TURNS = 100;

  private final Turns turns;
  private final Engine engine;
  private final Actions<X> actions;

  /**
   * What a run does on its own host.
   *
   * @param <X> its failures
   */
  public interface Actions<X extends Exception> {
    /** Saves the record of this host's turns, durably. */
    void save(FleetRecord record) throws X;

    /** Fetches git's newest commit, and returns what a release of it would be. */
    Situation.Fetched fetchNewest(FleetRelease than) throws X;

    /** Fetches a release, and returns what the plan for it says. */
    Planned plan(FleetRelease release) throws X;

    /** Builds a release, for which a plan was made, in new directories that nothing uses. */
    void prepare(FleetRelease release) throws X;

    /**
     * Asks every app for its health, and whether a unit has restarted since a soak began; returns a
     * line for each failed app.
     */
    List<String> examine(Soak soak) throws X;
  }

  /**
   * The end of the questions.
   *
   * @param turn what the run does now
   * @param situation all that it knows, with the record that is on disk
   */
  public record Answer(FleetTurn.Final turn, Situation situation) {}

  /**
   * @param turns the decisions
   * @param engine the engine of the group
   * @param actions what the run does on its own host
   */
  public TurnTaking(Turns turns, Engine engine, Actions<X> actions) {
    this.turns = turns;
    this.engine = engine;
    this.actions = actions;
  }

  /** Finds out what a run does, at its beginning or at its end. */
  public Answer ask(Situation first) throws EngineException, X {
    return ask(first, turns::next);
  }

  /** Finds out whether a run may repair what this host has, if that has a release step. */
  public Answer askForStep(Situation first) throws EngineException, X {
    return ask(first, turns::nextForStep);
  }

  /** A decision of {@link Turns}. */
  private interface Decision {
    FleetTurn next(Situation s);
  }

  private Answer ask(Situation first, Decision decision) throws EngineException, X {
    Situation s = first;
    for (int i = 0; i < MOST_TURNS; i++) {
      switch (decision.next(s)) {
        case FleetTurn.Final end -> {
          return new Answer(end, s);
        }
        case FleetTurn.Read() -> s = s.with(engine.read(s.self().host()));
        case FleetTurn.Ask(Exchange change) ->
            s = s.with(engine.exchange(s.reading().orElseThrow(), change).now());
        case FleetTurn.Save(FleetRecord record) -> {
          actions.save(record);
          s = s.with(record);
        }
        case FleetTurn.FetchNewest(FleetRelease than) -> s = s.with(actions.fetchNewest(than));
        case FleetTurn.MakePlan(FleetRelease release) -> s = s.with(actions.plan(release));
        case FleetTurn.Prepare(FleetRelease release) -> {
          actions.prepare(release);
          s = s.prepared(release);
        }
        case FleetTurn.Examine(Soak soak) -> s = s.examined(actions.examine(soak));
      }
    }
    return new Answer(new FleetTurn.Wait(WaitReason.SLOTS), s);
  }
}
