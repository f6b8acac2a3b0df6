// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.HostRow.State;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The status of groups as a person reads it. */
final class FleetTextTest {
  private final FleetSample fleet = new FleetSample();

  @Test
  void aRollout() {
    fleet.row("web1", 18, FleetSample.CANDIDATE, State.SOAKING, 4);
    fleet.row("web2", 17, FleetSample.STABLE, State.WELL, 60);
    fleet.row(
        "web3", 17, FleetSample.STABLE, State.FAILED, 5, "shop: it did not answer; taken back");
    fleet.row("web4", 16, FleetSample.BEFORE, State.WELL, 3000);
    fleet.row("web8", 17, FleetSample.STABLE, State.AT_IT, 42);
    fleet.holders.put("web8", new Holder(17, false));
    fleet.failed.put("web3", 17);
    FleetStatus status = fleet.status(true);
    assertThat(status.isWell()).isFalse();
    assertThat(FleetText.of(status, FleetSample.NOW, false))
        .isEqualTo(
            """
            web  release 17  3f2a91c  rolling: 2 of 5 hosts have it, 1 of 2 slots taken, 1 failed (of 3)
                 release 18  a81c04e  tried on web1; soak 10 min

            host  release  commit   state    since   what
            web1  18       a81c04e  soaking  4 min   canary
            web2  17       3f2a91c  well     1 h
            web3  17       3f2a91c  failed   5 min   shop: it did not answer; taken back
            web4  16       8be01d4  behind   2 d
            web8  17       3f2a91c  at it    42 min  has not spoken since; if it is gone: reconcile fleet skip web8
            """);
  }

  @Test
  void aCanaryThatHasTakenBackTheCandidateHasTheStableRelease() {
    fleet.row("web1", 18, FleetSample.CANDIDATE, State.FAILED, 4, "shop: down; taken back");
    fleet.row("web2", 17, FleetSample.STABLE, State.WELL, 60);
    fleet.failed.put("web1", 18);
    assertThat(FleetText.of(fleet.status(true), FleetSample.NOW, false))
        .contains("complete: 2 of 2 hosts have it", "failed on web1; the next commit replaces it");
  }

  @Test
  void aHalt() {
    fleet.row("web1", 17, FleetSample.STABLE, State.WELL, 4);
    fleet.held = Optional.of(new Gate.Held("ann on web1", "the bank is down"));
    assertThat(fleet.status(false).isWell()).isFalse();
    assertThat(FleetText.of(fleet.status(false), FleetSample.NOW, false))
        .contains("complete: 1 of 1 hosts have it", "halted by ann on web1: the bank is down");
  }

  @Test
  void aLargeGroupShowsWhatIsOfNote() {
    for (int i = 0; i < 100; i++) {
      fleet.row("host%03d".formatted(i), 17, FleetSample.STABLE, State.WELL, 4);
    }
    fleet.row("web1", 17, FleetSample.STABLE, State.WELL, 4);
    fleet.row("web9", 16, FleetSample.BEFORE, State.WELL, 4);
    fleet.rows.put("odd", Optional.empty());
    String text = FleetText.of(fleet.status(false), FleetSample.NOW, false);
    assertThat(text)
        .contains("rolling: 101 of 103 hosts have it", "101 more hosts are well.")
        .containsPattern("(?m)^web9 .*behind")
        .containsPattern("(?m)^odd .*unknown .*has not spoken yet")
        .doesNotContain("host007");
    assertThat(FleetText.of(fleet.status(false), FleetSample.NOW, true))
        .contains("host007")
        .doesNotContain("more");
  }

  @Test
  void aHostThatNeverSpokeAndHoldsASlotIsShown() {
    fleet.holders.putAll(Map.of("web7", new Holder(17, true)));
    assertThat(FleetText.of(fleet.status(false), FleetSample.NOW, false))
        .containsPattern("(?m)^web7 +- +- +at it")
        .containsPattern("(?m)^web1 .*unknown .*canary; has not spoken yet");
  }
}
