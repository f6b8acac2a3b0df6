// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fleet.Exchange;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release that failed on one host for a reason that is not its own, such as a database that was
 * down: the host was granted the release, and is still at the one before.
 */
final class FleetRetryTest {
  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;

  @BeforeEach
  void aReleaseThatFailedOnTheSecondHost() throws Exception {
    fleet = new FleetScene(temp, "web1", "web2");
    fleet.fleet("  max_unavailable: 1\n");
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
  }

  private static Scene.Ran expect(Scene.Ran ran, ExitCode code) {
    assertThat(ran.code()).as(ran.text()).isEqualTo(code);
    return ran;
  }

  // A tree has no service that could be silent, so the record and the gate are written as such a
  // run leaves them.
  private void failOnWeb2() throws Exception {
    expect(fleet.apply("web1"), ExitCode.OK);
    Reading reading = fleet.engine.read("web2");
    Gate gate = reading.gate().orElseThrow();
    SortedMap<String, Integer> failed = new TreeMap<>();
    failed.put("web2", gate.stable().number());
    Gate next =
        new Gate(
            gate.start(),
            gate.newest(),
            gate.stable(),
            gate.candidate(),
            gate.holders(),
            failed,
            gate.proved(),
            gate.skipped(),
            gate.ok(),
            gate.held());
    Exchange change = new Exchange(Optional.of(next), new Exchange.KeepRow());
    assertThat(fleet.engine.exchange(reading, change).isDone()).isTrue();
    expect(fleet.apply("web2"), ExitCode.OK);
    Path file = fleet.live("web2", "/var/lib/reconcile/fleet.json");
    String tried =
        """
        "failed" : %1$d, "tried" : {"release" : %1$d, "commit" : "%2$s", "sources" : {}},\
        """
            .formatted(gate.stable().number(), gate.stable().revisions().commit());
    String record = Files.readString(file);
    assertThat(record).contains("\"failed\" : 0,");
    Files.writeString(file, record.replace("\"failed\" : 0,", tried));
  }

  @Test
  void onlyAppliesTheReleaseAndTheHostIsNoLongerFailed() throws Exception {
    fleet.change();
    failOnWeb2();
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    assertThat(expect(fleet.apply("web2"), ExitCode.OK).err()).contains("The rollout is halted");
    expect(fleet.fleet("web1", "status"), ExitCode.FAILED);

    expect(fleet.apply("web2", "--only", "shop"), ExitCode.OK);

    assertThat(fleet.shopOn("web2")).isEqualTo("1");
    assertThat(fleet.gate().failed()).isEmpty();
    assertThat(fleet.record("web2")).doesNotContain("tried", "word");
    assertThat(expect(fleet.fleet("web1", "status"), ExitCode.OK).out())
        .contains("complete: 2 of 2 hosts have it");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("2");
  }

  @Test
  void itNeverGoesToANewerCommit() throws Exception {
    fleet.change();
    failOnWeb2();
    fleet.change();
    expect(fleet.apply("web2", "--only", "shop"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void everyAppThatDidNotTakeItMustBeNamed() throws Exception {
    Files.writeString(fleet.repo.repo("apps/blog.yaml"), "source: {folder: src}\nsite: false\n");
    Files.writeString(fleet.repo.repo("hosts/web2.yaml"), "apps: [shop, blog]\n");
    fleet.change();
    failOnWeb2();
    assertThat(expect(fleet.apply("web2", "--only", "shop"), ExitCode.FAILED).err())
        .contains("Apps of the release left out", "blog did not take it either")
        .contains("reconcile --only blog --only shop");
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    expect(fleet.apply("web2", "--only", "shop", "--only", "blog"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
    assertThat(fleet.gate().failed()).isEmpty();
  }
}
