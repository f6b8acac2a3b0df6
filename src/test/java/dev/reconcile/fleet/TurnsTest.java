// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetTurn.Apply;
import dev.reconcile.fleet.FleetTurn.Nothing;
import dev.reconcile.fleet.FleetTurn.Wait;
import dev.reconcile.fleet.Planned.Result;
import dev.reconcile.fleet.Word.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What runs of hosts come to, one after the other. */
final class TurnsTest {
  private static final Turns TURNS = new Turns(FleetRules.CONTRACT);
  private static final Operators OPERATORS = new Operators(FleetRules.CONTRACT);

  private final MemoryEngine engine = new MemoryEngine();
  private FleetNumbers ofGroup = Fleets.numbers(1);

  /** A host, and what it has done in its last run. */
  private final class Server implements Engine, TurnTaking.Actions<RuntimeException> {
    private final String name;
    private String machine = Fleets.MACHINE;
    private String boot = "boot";
    private long nanos;
    private FleetRecord record = FleetRecord.EMPTY;
    private Revisions has = Fleets.commit(1);
    private Result plan = Result.CHANGES;
    private boolean isHealthy = true;
    private FleetNumbers numbers = ofGroup;
    private final Map<String, String> pins = new TreeMap<>();
    private Optional<Revisions> newest = Optional.empty();
    private Runnable beforeExchange = () -> {};
    private final List<String> did = new ArrayList<>();

    Server(String name) {
      this.name = name;
    }

    private Situation begin(Revisions newest) {
      did.clear();
      Situation.Self self =
          new Situation.Self(name, machine, "1.0", Fleets.TIME, new Moment(boot, nanos));
      return Situation.begin(self, record, has, Optional.of(newest));
    }

    /** Begins a run, until it knows what to do. */
    FleetTurn run(Revisions newest) throws EngineException {
      return ended(begin(newest), false);
    }

    private FleetTurn ended(Situation first, boolean forStep) throws EngineException {
      newest = first.newest();
      TurnTaking<RuntimeException> taking = new TurnTaking<>(TURNS, this, this);
      TurnTaking.Answer answer = forStep ? taking.askForStep(first) : taking.ask(first);
      assertThat(answer.situation().record()).isEqualTo(record);
      return answer.turn();
    }

    @Override
    public Reading read(String host) throws EngineException {
      did.add("read");
      return engine.read(host);
    }

    @Override
    public Answer exchange(Reading seen, Exchange change) throws EngineException {
      did.add("exchange");
      beforeExchange.run();
      return engine.exchange(seen, change);
    }

    @Override
    public long revision() throws EngineException {
      return engine.revision();
    }

    @Override
    public Rows rows() {
      throw new UnsupportedOperationException("no rule depends on rows");
    }

    @Override
    public void save(FleetRecord saved) {
      did.add("save");
      record = saved;
    }

    @Override
    public Situation.Fetched fetchNewest(FleetRelease than) {
      did.add("fetch");
      return new Situation.Fetched(
          than.number(),
          than.revisions().followedBy(newest.orElseThrow(), ModelCommit::relation),
          Optional.of(numbers));
    }

    @Override
    public Planned plan(FleetRelease release) {
      did.add("plan");
      TreeMap<String, String> missing = new TreeMap<>(pins);
      release.revisions().sources().forEach((source, _) -> missing.remove(source));
      return new Planned(release.number(), plan, missing);
    }

    @Override
    public void prepare(FleetRelease release) {
      did.add("prepare");
    }

    @Override
    public List<String> examine(FleetRecord.Soak soak) {
      did.add("examine");
      return isHealthy ? List.of() : List.of("shop: no answer");
    }

    /** Ends a run that was allowed to apply a release. */
    void ends(FleetTurn turn, Outcome outcome) throws EngineException {
      Grant grant = ((Apply) turn).grant();
      if (((Apply) turn).hasSlot()) {
        record = record.begun(grant);
      }
      if (outcome == Outcome.WELL || outcome == Outcome.UNCHANGED) {
        has = grant.revisions();
      }
      says(grant, outcome);
    }

    void says(Grant grant, Outcome outcome) throws EngineException {
      record =
          record.saying(new Word(grant.release(), grant.revisions().commit(), outcome, List.of()));
      Situation over = begin(grant.revisions()).over(record, has);
      assertThat(ended(over, false)).isEqualTo(new Nothing());
    }

    void takes(Revisions newest) throws EngineException {
      ends(run(newest), Outcome.WELL);
    }
  }

  private static FleetTurn waits(WaitReason reason) {
    return new Wait(reason);
  }

  private void start(FleetNumbers numbers) throws EngineException {
    ofGroup = numbers;
    put(Fleets.gate(numbers));
  }

  private void put(Gate gate) throws EngineException {
    engine.exchange(
        engine.read("operator"), new Exchange(Optional.of(gate), new Exchange.KeepRow()));
  }

  private Gate gate() throws EngineException {
    return engine.read("operator").gate().orElseThrow();
  }

  // ---- what costs nothing

  @Test
  void aRunWithNothingNewDoesNotAskTheEngine() throws EngineException {
    Server web1 = new Server("web1");
    assertThat(web1.run(Fleets.commit(1))).isEqualTo(new Nothing());
    assertThat(web1.did).isEmpty();
  }

  /** A host that waits reads, and neither fetches, plans nor writes again. */
  @Test
  void aHostThatWaitsForItsTurnOnlyReads() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    assertThat(web1.run(Fleets.commit(2))).isInstanceOf(Apply.class);
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.SLOTS));
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.SLOTS));
    assertThat(web2.did).containsExactly("read");
  }

  /** A slot is held only for the switch, because the release is built before it is asked for. */
  @Test
  void aReleaseIsBuiltOnceBeforeASlotIsAskedForAndWhileThereIsNone() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.run(Fleets.commit(2));
    assertThat(web1.did)
        .containsSubsequence("read", "plan", "prepare", "save", "exchange")
        .endsWith("exchange");
    web2.run(Fleets.commit(2));
    assertThat(web2.did).containsSubsequence("plan", "prepare", "save");
    web1.ends(web1.run(Fleets.commit(2)), Outcome.WELL);
    assertThat(web2.run(Fleets.commit(2))).isInstanceOf(Apply.class);
    assertThat(web2.did).contains("plan").doesNotContain("prepare");
  }

  @Test
  void aReleaseThatIsHaltedOrWithoutChangesIsNotBuilt() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    web1.plan = Result.EMPTY;
    web1.takes(Fleets.commit(2));
    assertThat(web1.did).doesNotContain("prepare");
    put(OPERATORS.halt(gate(), "ann", "lunch"));
    Server web2 = new Server("web2");
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.HELD));
    assertThat(web2.did).doesNotContain("prepare");
  }

  /** The engine never orders hosts for which a release changes nothing. */
  @Test
  void aPlanWithoutChangesNeedsNoSlot() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.run(Fleets.commit(2));
    web2.plan = Result.EMPTY;
    FleetTurn turn = web2.run(Fleets.commit(2));
    assertThat(turn)
        .isInstanceOfSatisfying(Apply.class, one -> assertThat(one.hasSlot()).isFalse());
    web2.ends(turn, Outcome.UNCHANGED);
    assertThat(gate().holders()).containsOnlyKeys("web1");
    assertThat(engine.rows().byHost().get("web2").orElseThrow().release()).isEqualTo(2);
  }

  // ---- the order of a rollout

  @Test
  void oneHostGoesFirstThenTwoThenFour() throws EngineException {
    start(Fleets.numbers(10));
    List<Server> servers = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      servers.add(new Server("web" + i));
    }
    List<Integer> waves = new ArrayList<>();
    while (!servers.isEmpty()) {
      List<Runnable> ends = new ArrayList<>();
      for (Server server : List.copyOf(servers)) {
        if (server.run(Fleets.commit(2)) instanceof Apply apply) {
          servers.remove(server);
          ends.add(() -> end(server, apply));
        }
      }
      waves.add(ends.size());
      ends.forEach(Runnable::run);
    }
    assertThat(waves).containsExactly(1, 2, 4, 2);
  }

  private static void end(Server server, Apply apply) {
    try {
      server.ends(apply, Outcome.WELL);
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theCanaryGoesFirstAndTheOthersWaitUntilItHasStayedWell() throws EngineException {
    start(Fleets.numbers(1, "web1"));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.CANARIES));
    web1.takes(Fleets.commit(2));
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.CANARIES));

    web1.nanos = Fleets.numbers(1).soak().toNanos() - 1;
    assertThat(web1.run(Fleets.commit(2))).isEqualTo(new Nothing());
    assertThat(web1.did).as("the soak asks nobody").isEmpty();

    web1.boot = "another";
    web1.run(Fleets.commit(2));
    web1.nanos++;
    assertThat(web1.run(Fleets.commit(2))).as("anew after a reboot").isEqualTo(new Nothing());
    assertThat(gate().candidate()).isPresent();

    web1.nanos += Fleets.numbers(1).soak().toNanos();
    web1.run(Fleets.commit(2));
    assertThat(gate().stable().number()).isEqualTo(2);
    assertThat(web2.run(Fleets.commit(2))).isInstanceOf(Apply.class);
  }

  @Test
  void aCanaryThatDoesNotStayWellEndsTheRelease() throws EngineException {
    start(Fleets.numbers(1, "web1"));
    Server web1 = new Server("web1");
    web1.takes(Fleets.commit(2));
    web1.nanos = Fleets.numbers(1).soak().toNanos();
    web1.isHealthy = false;
    web1.run(Fleets.commit(2));
    assertThat(gate().failed()).isEqualTo(Map.of("web1", 2));
    assertThat(new Server("web2").run(Fleets.commit(2))).isEqualTo(waits(WaitReason.FAILED));
    HostRow row = engine.rows().byHost().get("web1").orElseThrow();
    assertThat(row.state()).isEqualTo(HostRow.State.FAILED);
    assertThat(row.failures()).containsExactly("shop: no answer");
  }

  @Test
  void aCandidateIsReplacedOnlyAfterItHasFailed() throws EngineException {
    start(Fleets.numbers(1, "web1"));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    FleetTurn turn = web1.run(Fleets.commit(2));
    assertThat(web2.run(Fleets.commit(3))).isEqualTo(waits(WaitReason.CANARIES));
    web1.ends(turn, Outcome.TAKEN_BACK);
    web2.run(Fleets.commit(4));
    assertThat(gate().candidate().orElseThrow().revisions()).isEqualTo(Fleets.commit(4));
    assertThat(gate().candidate().orElseThrow().number()).isEqualTo(3);
    assertThat(gate().failed()).isEmpty();
  }

  /** A commit that gives itself more slots does not get them for itself. */
  @Test
  void theNumbersOfTheStableReleaseCount() throws EngineException {
    start(Fleets.numbers(1, "web1"));
    Server web1 = new Server("web1");
    web1.numbers = Fleets.numbers(5);
    web1.run(Fleets.commit(2));
    assertThat(gate().stable().numbers()).isEqualTo(Fleets.numbers(1, "web1"));
    put(OPERATORS.skip(gate(), "web1"));
    assertThat(gate().stable().numbers()).isEqualTo(Fleets.numbers(5));
  }

  @Test
  void whoeverFirstNeedsASourcePinsIt() throws EngineException {
    start(Fleets.numbers(2));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.pins.put(Fleets.SOURCE, ModelCommit.id(7));
    web2.pins.put(Fleets.SOURCE, ModelCommit.id(8));
    FleetTurn turn = web1.run(Fleets.commit(2));
    assertThat(((Apply) turn).grant().revisions()).isEqualTo(Fleets.commit(2, 7));
    web1.ends(turn, Outcome.WELL);
    FleetTurn other = web2.run(Fleets.commit(2));
    assertThat(((Apply) other).grant().revisions()).isEqualTo(Fleets.commit(2, 7));
  }

  // ---- failures

  @Test
  void aHostThatIsUnwellKeepsItsSlotAndTakesTheFixInItsPlace() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.ends(web1.run(Fleets.commit(2)), Outcome.UNWELL);
    assertThat(gate().holders()).containsOnlyKeys("web1");
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.FAILED));

    assertThat(web2.run(Fleets.commit(3))).isEqualTo(waits(WaitReason.SLOTS));
    web1.takes(Fleets.commit(3));
    assertThat(gate().holders()).isEmpty();
    assertThat(web2.run(Fleets.commit(3))).isInstanceOf(Apply.class);
  }

  /** An unwell host must be found well, even if the fix changes nothing here. */
  @Test
  void aPlanWithoutChangesDoesNotFreeTheSlotOfAnUnwellHost() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    web1.ends(web1.run(Fleets.commit(2)), Outcome.UNWELL);
    web1.plan = Result.EMPTY;
    assertThat(web1.run(Fleets.commit(3)))
        .isInstanceOfSatisfying(Apply.class, one -> assertThat(one.hasSlot()).isTrue());
  }

  @Test
  void aHostDoesNotTryAgainWhatFailedHereUntilItIsForgiven() throws EngineException {
    start(new FleetNumbers(1, Fleets.numbers(1).canaries(), Fleets.numbers(1).soak(), 2));
    Server web1 = new Server("web1");
    web1.ends(web1.run(Fleets.commit(2)), Outcome.TAKEN_BACK);
    assertThat(web1.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.FAILED_HERE));
    assertThat(new Server("web2").run(Fleets.commit(2))).isInstanceOf(Apply.class);
    put(OPERATORS.skip(OPERATORS.resume(gate()), "web2"));
    assertThat(web1.run(Fleets.commit(2))).isInstanceOf(Apply.class);
  }

  // ---- kills and lost answers

  @Test
  void aRunThatWasKilledHalfWayIsCompletedWithoutTheEngine() throws EngineException {
    Server web1 = new Server("web1");
    Grant grant = new Grant(2, Fleets.commit(2), false, false);
    web1.record = web1.record.begun(grant);
    assertThat(web1.run(Fleets.commit(3))).isEqualTo(new Apply(grant, true));
    assertThat(web1.did).isEmpty();
  }

  @Test
  void aSlotWhoseAnswerWasLostIsFoundAndConfirmed() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    web1.run(Fleets.commit(2));
    long before = engine.read("web1").revision();
    assertThat(web1.run(Fleets.commit(2))).isInstanceOf(Apply.class);
    assertThat(engine.read("web1").revision()).isGreaterThan(before);
  }

  @Test
  void aSlotForAReleaseThatIsNoMoreIsGivenBackIfItWasNotUsed() throws EngineException {
    start(Fleets.numbers(1, "web1"));
    Server web1 = new Server("web1");
    web1.run(Fleets.commit(2));
    put(OPERATORS.resumeNewest(gate()));
    put(OPERATORS.halt(gate(), "root", "wait"));
    assertThat(web1.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.HELD));
    assertThat(gate().holders()).isEmpty();
  }

  /** Git went back to what this host has, while the answer was lost. */
  @Test
  void aSlotThatIsNotNeededAnyMoreIsGivenBack() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    web1.run(Fleets.commit(2));
    assertThat(web1.run(Fleets.commit(1))).isEqualTo(new Nothing());
    assertThat(gate().holders()).isEmpty();
    web1.run(Fleets.commit(1));
    assertThat(web1.did).isEmpty();
  }

  @Test
  void aWordIsSaidAgainWithoutHarm() throws EngineException {
    start(Fleets.numbers(2));
    Server web1 = new Server("web1");
    FleetTurn turn = web1.run(Fleets.commit(2));
    web1.ends(turn, Outcome.WELL);
    Gate once = gate();
    web1.says(((Apply) turn).grant(), Outcome.WELL);
    assertThat(gate()).isEqualTo(once);
    assertThat(once.ok()).isEqualTo(1);
  }

  @Test
  void aWordIsSaidBeforeAnythingElse() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Grant grant = ((Apply) web1.run(Fleets.commit(2))).grant();
    web1.record =
        web1.record.begun(grant).saying(new Word(2, ModelCommit.id(2), Outcome.WELL, List.of()));
    web1.has = Fleets.commit(2);
    assertThat(web1.run(Fleets.commit(2))).isEqualTo(new Nothing());
    assertThat(web1.record.word()).isEmpty();
    assertThat(gate().holders()).isEmpty();
    assertThat(gate().ok()).isEqualTo(1);
  }

  @Test
  void whoeverIsSecondDecidesAgainWithTheNewGate() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.run(Fleets.commit(2));
    put(OPERATORS.skip(gate(), "web1"));
    web2.beforeExchange =
        () -> {
          web2.beforeExchange = () -> {};
          halt("web2 has read");
        };
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.HELD));
    assertThat(gate().holders()).isEmpty();
  }

  @Test
  void aGateThatAlwaysChangesLetsARunWait() throws EngineException {
    start(Fleets.numbers(1));
    new Server("web2").run(Fleets.commit(2));
    put(OPERATORS.skip(gate(), "web2"));
    Server web1 = new Server("web1");
    web1.beforeExchange = () -> confirm();
    assertThat(web1.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.SLOTS));
    assertThat(web1.did.stream().filter("exchange"::equals)).hasSizeBetween(10, 100);
  }

  private void halt(String why) {
    try {
      put(OPERATORS.halt(gate(), "root", why));
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  private void confirm() {
    try {
      put(gate());
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- release steps

  @Test
  void onlyOneHostRunsReleaseSteps() throws EngineException {
    start(Fleets.numbers(3));
    Server web1 = new Server("web1");
    Server web2 = new Server("web2");
    web1.takes(Fleets.commit(2));
    web2.takes(Fleets.commit(2));
    Server web3 = new Server("web3");
    web3.plan = Result.STEP;
    assertThat(web3.run(Fleets.commit(2))).isInstanceOf(Apply.class);
    Situation drift = web1.begin(Fleets.commit(2));
    assertThat(web1.ended(drift, true)).isEqualTo(waits(WaitReason.STEP));
    web3.ends(web3.run(Fleets.commit(2)), Outcome.WELL);
    FleetTurn turn = web1.ended(web1.begin(Fleets.commit(2)), true);
    assertThat(((Apply) turn).grant()).isEqualTo(new Grant(2, Fleets.commit(2), true, false));
    int ok = gate().ok();
    web1.ends(turn, Outcome.REPAIRED);
    assertThat(gate().holders()).isEmpty();
    assertThat(gate().ok()).isEqualTo(ok);
  }

  // ---- git

  @Test
  void aHostWhoseMirrorIsBehindWaits() throws EngineException {
    start(Fleets.numbers(1));
    new Server("web1").run(Fleets.commit(3));
    Server web2 = new Server("web2");
    web2.plan = Result.MISSING;
    assertThat(web2.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.MIRROR));
  }

  @Test
  void aBranchThatWasRewoundMakesNoRelease() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    assertThat(web1.run(Fleets.commit(0))).isEqualTo(waits(WaitReason.REWOUND));
    assertThat(gate().newest()).isEqualTo(1);
  }

  @Test
  void aHostThatIsAheadStays() throws EngineException {
    start(Fleets.numbers(1, "web9"));
    Server web2 = new Server("web2");
    web2.has = Fleets.commit(5);
    web2.plan = Result.AHEAD;
    assertThat(web2.run(Fleets.commit(6))).isEqualTo(waits(WaitReason.AHEAD));
  }

  // ---- the record in the engine

  @Test
  void withoutAGateNothingNewerIsTaken() throws EngineException {
    assertThat(new Server("web1").run(Fleets.commit(2))).isEqualTo(waits(WaitReason.NO_RECORD));
  }

  @Test
  void anOlderGateThanOneThatWasSeenIsNoRecordUntilTheGroupStartsAgain() throws EngineException {
    start(Fleets.numbers(1));
    Server web1 = new Server("web1");
    web1.takes(Fleets.commit(2));
    web1.run(Fleets.commit(3)); // it has seen the gate after its own word
    MemoryEngine restored = new MemoryEngine();
    restored.exchange(
        restored.read("web1"),
        new Exchange(Optional.of(Fleets.gate(Fleets.numbers(1))), new Exchange.KeepRow()));
    Situation s = web1.begin(Fleets.commit(4)).with(restored.read("web1"));
    assertThat(TURNS.next(s)).isEqualTo(waits(WaitReason.NO_RECORD));

    Gate again =
        Operators.start(
            restored.read("web1").gate(), web1.record.seen(), web1.has, Fleets.numbers(1));
    assertThat(again.stable().number()).isGreaterThan(gate().newest());
    restored.exchange(
        restored.read("web1"), new Exchange(Optional.of(again), new Exchange.KeepRow()));
    Situation started = web1.begin(Fleets.commit(4)).with(restored.read("web1"));
    assertThat(TURNS.next(started)).isInstanceOf(FleetTurn.Save.class);
  }

  /** A copy of a virtual machine has the name and another machine id. */
  @Test
  void ofTwoMachinesWithOneNameNeitherGetsASlot() throws EngineException {
    start(Fleets.numbers(2));
    Server web1 = new Server("web1");
    web1.takes(Fleets.commit(2));
    Server copy = new Server("web1");
    copy.machine = Fleets.OTHER_MACHINE;
    assertThat(copy.run(Fleets.commit(2))).isEqualTo(waits(WaitReason.SHARED_NAME));
    assertThat(engine.read("web1").row().orElseThrow().machines())
        .containsExactly(Fleets.MACHINE, Fleets.OTHER_MACHINE);
    assertThat(web1.run(Fleets.commit(3))).isEqualTo(waits(WaitReason.SHARED_NAME));
    assertThat(copy.run(Fleets.commit(3))).isEqualTo(waits(WaitReason.SHARED_NAME));

    engine.exchange(engine.read("web1"), new Exchange(Optional.empty(), new Exchange.RemoveRow()));
    assertThat(web1.run(Fleets.commit(3))).isInstanceOf(Apply.class);
  }
}
