// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WaitNoticeTest {
  private static final Gate TRIED =
      FleetRules.CONTRACT.propose(
          Fleets.gate(Fleets.numbers(1, "web1")), Fleets.commit(2), Fleets.numbers(1));

  private static Diagnostic notice(WaitReason reason, String host, Optional<Gate> gate) {
    HostRow row = Fleets.row(Fleets.MACHINE).sharedWith(Fleets.OTHER_MACHINE);
    FleetRecord record =
        FleetRecord.EMPTY.with(new EngineAddress(List.of("https://etcd1:2379"), "web"));
    Situation.Self self =
        new Situation.Self(host, Fleets.MACHINE, "1.0", Fleets.TIME, new Moment("boot", 0));
    return WaitNotice.of(
        reason,
        Situation.begin(self, record, Fleets.commit(1), Optional.of(Fleets.commit(2)))
            .with(new Reading(host, 1, gate, 1, Optional.of(row), false)));
  }

  private static Gate grant(Gate gate, String... hosts) {
    Gate next = gate;
    for (String host : hosts) {
      next = FleetRules.CONTRACT.grant(next, host, new Holder(1, host.startsWith("db")));
    }
    return next;
  }

  /** The summary says what to search for, the detail what is the case, in whole sentences. */
  @ParameterizedTest
  @EnumSource
  void everyReasonHasAMessage(WaitReason reason) {
    Gate gate = new Operators(FleetRules.CONTRACT).halt(grant(TRIED, "db1"), "root", "it is full");
    Diagnostic notice = notice(reason, "web1", Optional.of(gate));
    assertThat(notice.summary()).isEqualTo(reason.summary());
    assertThat(notice.detail()).matches("[A-Za-z].*[.l]").doesNotContain("  ", "%");
  }

  @Test
  void whoIsAtItIsNamed() {
    Gate gate = grant(TRIED, "web2", "web3", "web4", "web5", "web6", "web7", "web8");
    Diagnostic notice = notice(WaitReason.SLOTS, "web9", Optional.of(gate));
    assertThat(notice.severity()).isEqualTo(Severity.NOTICE);
    assertThat(notice.detail())
        .isEqualTo(
            """
            Release 1 (0000000) waits for a slot. 7 of 1 are taken, by web2, web3, web4, web5, web6 \
            and 2 more.\
            """);
    assertThat(notice.command()).contains("reconcile fleet status");
    assertThat(notice(WaitReason.STEP, "web9", Optional.of(grant(TRIED, "web2", "db1"))).detail())
        .startsWith("db1 runs");
  }

  @Test
  void theCommandIsTheOneThatHelps() {
    assertThat(notice(WaitReason.NO_RECORD, "web1", Optional.empty()).command())
        .contains("reconcile fleet start");
    assertThat(notice(WaitReason.NO_RECORD, "web1", Optional.of(TRIED)).command())
        .contains("reconcile fleet start --again");
    assertThat(notice(WaitReason.FAILED, "web1", Optional.of(TRIED)).command())
        .as("a candidate that failed is not resumed")
        .isEmpty();
    assertThat(notice(WaitReason.AHEAD, "web1", Optional.of(TRIED)).command())
        .contains("reconcile fleet resume --newest");
    assertThat(notice(WaitReason.AHEAD, "web2", Optional.of(TRIED)).command()).isEmpty();
  }

  @Test
  void theReleaseThatFailedIsNamed() {
    Gate stable =
        FleetRules.CONTRACT.propose(
            Fleets.gate(Fleets.numbers(1)), Fleets.commit(2), Fleets.numbers(1, "web1"));
    Gate failed = FleetRules.CONTRACT.grant(stable, "web3", new Holder(2, false));
    failed =
        FleetRules.CONTRACT.report(
            failed, "web3", new Word(2, ModelCommit.id(2), Word.Outcome.TAKEN_BACK, List.of()));
    Gate tried = FleetRules.CONTRACT.propose(failed, Fleets.commit(3), Fleets.numbers(1));
    Diagnostic notice = notice(WaitReason.FAILED, "web5", Optional.of(tried));
    assertThat(notice.detail()).startsWith("Release 2 (0000000) failed on web3.");
    assertThat(notice.command()).contains("reconcile fleet resume");
  }

  @Test
  void twoMachinesWithOneNameAreBothNamed() {
    Diagnostic error = notice(WaitReason.SHARED_NAME, "web1", Optional.of(TRIED));
    assertThat(error.isError()).isTrue();
    assertThat(error.detail()).contains(Fleets.MACHINE, Fleets.OTHER_MACHINE);
    assertThat(error.command()).contains("reconcile fleet skip web1 --forget");
  }
}
