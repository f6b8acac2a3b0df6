// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.InMemory;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.Word.Outcome;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.host.LocalHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FleetRecordFileTest {
  private static final EngineAddress ADDRESS =
      new EngineAddress(List.of("https://etcd1:2379", "https://etcd2:2379"), "web");
  private static final Grant GRANT = new Grant(17, Fleets.commit(17, 3), false, true);
  private static final FleetRecord FULL =
      new FleetRecord(
          Optional.of(ADDRESS),
          Optional.of(new Seen(2, 1L << 40, 18)),
          16,
          15,
          17,
          true,
          Optional.of(GRANT),
          Optional.of(new Word(17, ModelCommit.id(17), Outcome.UNWELL, List.of("shop: no answer"))),
          Optional.of(new Soak(18, new Moment("boot", -5), Duration.ofMinutes(10))),
          Optional.of(new FleetRecord.Applied(16, Fleets.commit(16, 3))),
          Optional.of(new FleetRecord.Applied(17, Fleets.commit(17, 3))));

  @TempDir(factory = InMemory.class)
  Path root;

  private Host host;

  @BeforeEach
  void open() throws HostException {
    host =
        new LocalHost(
            root,
            command -> {
              throw new IllegalStateException(command.text());
            },
            "run",
            List.of());
  }

  @Test
  void whatIsSavedIsLoaded() throws HostException {
    assertThat(FleetRecordFile.load(host.facts())).isEqualTo(FleetRecord.EMPTY);
    for (FleetRecord record : List.of(FULL, FleetRecord.EMPTY)) {
      FleetRecordFile.save(host, record);
      assertThat(FleetRecordFile.load(host.facts())).isEqualTo(record);
    }
    assertThat(root.resolve("var/lib/reconcile/fleet.json"))
        .matches(file -> file.toFile().length() > 0);
  }

  @Test
  void aDamagedFileIsNoEmptyRecord() throws Exception {
    FleetRecordFile.save(host, FULL);
    Path file = root.resolve("var/lib/reconcile/fleet.json");
    Files.writeString(file, Files.readString(file).replace("\"taken\" : 16", "\"taken\" : \"x\""));
    assertThatThrownBy(() -> FleetRecordFile.load(host.facts()))
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.failure()).isEqualTo(HostFailure.DAMAGED_FILE);
              assertThat(e.message()).contains("fleet.json", "its taken has another form");
            });
  }

  @Test
  void otherEndpointsMayBeAnotherClusterOfTheSameGroup() {
    assertThat(FULL.with(ADDRESS)).isSameAs(FULL);
    EngineAddress moved = new EngineAddress(List.of("https://new:2379"), "web");
    assertThat(FULL.with(moved).seen()).isEqualTo(FULL.seen());
    assertThat(FULL.with(moved).word()).isEqualTo(FULL.word());
    assertThat(FULL.with(moved).engine()).contains(moved);
  }

  /** A commit may move a host to another group. What became of it is said in the former one. */
  @Test
  void anotherGroupBeginsWithNothingAfterTheLastWordInTheFormerOne() {
    EngineAddress other = new EngineAddress(ADDRESS.endpoints(), "lb");
    FleetRecord moved =
        FleetRecord.EMPTY
            .with(ADDRESS)
            .seeing(new Seen(1, 5, 2))
            .begun(GRANT)
            .saying(new Word(17, ModelCommit.id(17), Outcome.WELL, List.of()));
    assertThat(moved.with(other)).isSameAs(moved);
    assertThat(moved.said().with(other)).isEqualTo(FleetRecord.EMPTY.with(other));
  }

  @Test
  void whatFailedAndWasNotTakenMayBeTriedAgain() {
    Word unwell = new Word(17, ModelCommit.id(17), Outcome.UNWELL, List.of());
    FleetRecord begun = FleetRecord.EMPTY.begun(new Grant(17, Fleets.commit(17, 3), false, false));
    FleetRecord failed = begun.saying(unwell).trying(begun.grant().orElseThrow()).said();
    assertThat(failed.isUnwell()).isTrue();
    assertThat(failed.untaken()).isPresent();
    Word back = new Word(17, ModelCommit.id(17), Outcome.TAKEN_BACK, List.of());
    assertThat(failed.saying(back).said().untaken()).as("its slot is free").isPresent();
    Word well = new Word(17, ModelCommit.id(17), Outcome.WELL, List.of());
    assertThat(failed.saying(well).said().untaken()).isEmpty();
    assertThat(failed.through(17, Fleets.commit(17, 3)).untaken()).isEmpty();
    assertThat(failed.begun(new Grant(18, Fleets.commit(18, 3), false, false)).untaken()).isEmpty();
  }
}
