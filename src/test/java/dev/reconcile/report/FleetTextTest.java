// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.FleetNumbers;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.HostRow;
import dev.reconcile.fleet.HostRow.State;
import dev.reconcile.fleet.Revisions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The status of groups as a person reads it. */
final class FleetTextTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final String STABLE = "3f2a91c" + "0".repeat(33);
  private static final String CANDIDATE = "a81c04e" + "0".repeat(33);
  private static final String BEFORE = "8be01d4" + "0".repeat(33);

  private final SortedMap<String, Optional<HostRow>> rows = new TreeMap<>();
  private final SortedMap<String, Holder> holders = new TreeMap<>();
  private final SortedMap<String, Integer> failed = new TreeMap<>();
  private Optional<Gate.Held> held = Optional.empty();

  private static FleetRelease release(int number, String commit) {
    return new FleetRelease(
        number,
        new Revisions(commit, new TreeMap<>()),
        new FleetNumbers(2, new TreeSet<>(List.of("web1")), Duration.ofMinutes(10), 3));
  }

  private void row(
      String host, int release, String commit, State state, int minutes, String... failures) {
    rows.put(
        host,
        Optional.of(
            new HostRow(
                new TreeSet<>(List.of("a".repeat(32))),
                release,
                commit,
                state,
                List.of(failures),
                "1.0",
                NOW.minus(Duration.ofMinutes(minutes)))));
  }

  private FleetStatus status(boolean isTried) {
    return new FleetStatus(
        "web",
        new Gate(
            1,
            18,
            release(17, STABLE),
            isTried ? Optional.of(release(18, CANDIDATE)) : Optional.empty(),
            holders,
            failed,
            new TreeSet<>(),
            new TreeSet<>(),
            1,
            held),
        rows);
  }

  @Test
  void aRollout() {
    row("web1", 18, CANDIDATE, State.SOAKING, 4);
    row("web2", 17, STABLE, State.WELL, 60);
    row("web3", 17, STABLE, State.FAILED, 5, "shop: it did not answer; taken back");
    row("web4", 16, BEFORE, State.WELL, 3000);
    row("web8", 17, STABLE, State.AT_IT, 42);
    holders.put("web8", new Holder(17, false));
    failed.put("web3", 17);
    FleetStatus status = status(true);
    assertThat(status.isWell()).isFalse();
    assertThat(FleetText.of(status, NOW, false))
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
  void aHalt() {
    row("web1", 17, STABLE, State.WELL, 4);
    held = Optional.of(new Gate.Held("ann on web1", "the bank is down"));
    assertThat(status(false).isWell()).isFalse();
    assertThat(FleetText.of(status(false), NOW, false))
        .contains("complete: 1 of 1 hosts have it", "halted by ann on web1: the bank is down");
  }

  @Test
  void aLargeGroupShowsWhatIsOfNote() {
    for (int i = 0; i < 100; i++) {
      row("host%03d".formatted(i), 17, STABLE, State.WELL, 4);
    }
    row("web1", 17, STABLE, State.WELL, 4);
    row("web9", 16, BEFORE, State.WELL, 4);
    rows.put("odd", Optional.empty());
    String text = FleetText.of(status(false), NOW, false);
    assertThat(text)
        .contains("rolling: 101 of 103 hosts have it", "101 more hosts are well.")
        .containsPattern("(?m)^web9 .*behind")
        .containsPattern("(?m)^odd .*unknown .*has not spoken yet")
        .doesNotContain("host007");
    assertThat(FleetText.of(status(false), NOW, true)).contains("host007").doesNotContain("more");
  }

  @Test
  void aHostThatNeverSpokeAndHoldsASlotIsShown() {
    holders.putAll(Map.of("web7", new Holder(17, true)));
    assertThat(FleetText.of(status(false), NOW, false))
        .containsPattern("(?m)^web7 +- +- +at it")
        .containsPattern("(?m)^web1 .*unknown .*canary; has not spoken yet");
  }
}
