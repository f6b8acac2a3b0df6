// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.Gate.Held;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.Word.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OperatorsTest {
  private static final FleetRules RULES = FleetRules.CONTRACT;
  private static final Operators OPERATORS = new Operators(RULES);
  private static final Gate QUIET = Fleets.gate(Fleets.numbers(3, "web1", "web2"));
  private static final Gate TRIED = RULES.propose(QUIET, Fleets.commit(2), Fleets.numbers(1));

  private static Gate says(Gate gate, String host, int release, Outcome outcome) {
    return RULES.report(gate, host, new Word(release, ModelCommit.id(release), outcome, List.of()));
  }

  private static Gate tried(Gate gate, String host, Outcome outcome) {
    return says(RULES.grant(gate, host, new Holder(2, false)), host, 2, outcome);
  }

  @Test
  void aGroupStartsWithWhatThisHostHas() {
    Gate gate =
        Operators.start(Optional.empty(), Optional.empty(), Fleets.commit(4), Fleets.numbers(2));
    assertThat(gate.start()).isEqualTo(1);
    assertThat(gate.stable()).isEqualTo(new FleetRelease(1, Fleets.commit(4), Fleets.numbers(2)));
    assertThat(gate.holders()).isEmpty();
  }

  @Test
  void everyHostAcceptsAGroupThatStartsAgain() {
    Seen seen = new Seen(3, 5000, 40);
    assertThat(seen.isNewerThan(TRIED, 6000)).isTrue();
    Gate again =
        Operators.start(Optional.of(TRIED), Optional.of(seen), Fleets.commit(2), Fleets.numbers(1));
    assertThat(seen.isNewerThan(again, 1)).isFalse();
    assertThat(again.stable().number()).isEqualTo(41);
  }

  @Test
  void whileHaltedNobodyBeginsAndNothingIsProposed() {
    Gate halted = OPERATORS.halt(TRIED, "root on web9", "database is full");
    assertThat(halted.held()).contains(new Held("root on web9", "database is full"));
    assertThat(RULES.refusal(halted, "web1", new Holder(2, false))).contains(Refusal.HELD);
    assertThat(RULES.mayPropose(OPERATORS.halt(QUIET, "root", "x"))).isFalse();
    assertThat(OPERATORS.resume(halted)).isEqualTo(TRIED);
  }

  @Test
  void whoIsAtItEndsItDuringAHalt() {
    Gate atIt = RULES.grant(TRIED, "web1", new Holder(2, false));
    Gate halted = OPERATORS.halt(atIt, "root", "x");
    assertThat(halted.holders()).isEqualTo(atIt.holders());
    assertThat(says(halted, "web1", 2, Outcome.WELL).holders()).isEmpty();
  }

  @Test
  void resumingForgivesTheStableReleaseAndNoCandidate() {
    Gate failed = tried(TRIED, "web1", Outcome.TAKEN_BACK);
    failed = says(RULES.grant(failed, "web5", new Holder(1, false)), "web5", 1, Outcome.TAKEN_BACK);
    assertThat(RULES.hasFailed(failed, 1)).isTrue();
    Gate resumed = OPERATORS.resume(failed);
    assertThat(resumed.failed()).containsOnlyKeys("web1");
    assertThat(RULES.hasFailed(resumed, 2)).isTrue();
  }

  @Test
  void resumingWithTheNewestDropsTheCandidateAndUsesItsNumberNeverAgain() {
    Gate dropped = OPERATORS.resumeNewest(tried(TRIED, "web1", Outcome.UNWELL));
    assertThat(dropped.candidate()).isEmpty();
    assertThat(dropped.failed()).isEmpty();
    assertThat(dropped.holders()).as("it is still unwell").containsOnlyKeys("web1");
    assertThat(RULES.propose(dropped, Fleets.commit(3), Fleets.numbers(1)).newest()).isEqualTo(3);
  }

  @Test
  void aCanaryThatIsSkippedIsNotWaitedFor() {
    Gate gate = says(tried(TRIED, "web1", Outcome.WELL), "web1", 2, Outcome.PROVED);
    assertThat(gate.candidate()).isPresent();
    Gate skipped = OPERATORS.skip(gate, "web2");
    assertThat(skipped.stable().number()).isEqualTo(2);
    assertThat(skipped.candidate()).isEmpty();
    assertThat(skipped.ok()).isZero();
  }

  @Test
  void theFailureOfACanaryThatIsSkippedCountsNoMore() {
    Gate gate = says(tried(TRIED, "web1", Outcome.WELL), "web1", 2, Outcome.PROVED);
    gate = tried(gate, "web2", Outcome.TAKEN_BACK);
    assertThat(RULES.hasFailed(gate, 2)).isTrue();
    assertThat(OPERATORS.skip(gate, "web2").stable().number()).isEqualTo(2);
  }

  @Test
  void theSlotOfAHostThatIsSkippedIsFree() {
    Gate gate = Fleets.gate(Fleets.numbers(1));
    gate = RULES.grant(gate, "web8", new Holder(1, false));
    assertThat(RULES.refusal(gate, "web3", new Holder(1, false))).contains(Refusal.SLOTS);
    gate = OPERATORS.skip(gate, "web8");
    assertThat(RULES.refusal(gate, "web3", new Holder(1, false))).isEmpty();
    assertThat(says(gate, "web8", 1, Outcome.TAKEN_BACK).failed())
        .as("a late word of a host that is not waited for")
        .isEmpty();
  }

  /** The repair of what a host has says nothing of the release that failed on it. */
  @Test
  void aRepairForgivesNoLaterRelease() {
    Gate gate = RULES.grant(QUIET, "web5", new Holder(1, false));
    gate = says(gate, "web5", 1, Outcome.TAKEN_BACK);
    gate = RULES.grant(gate, "web5", new Holder(0, true));
    gate = says(gate, "web5", 0, Outcome.REPAIRED);
    assertThat(gate.failed()).containsOnlyKeys("web5");
    assertThat(gate.holders()).isEmpty();
  }
}
