// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do to a fleet by mistake or in an emergency, and what each host then does and says.
 */
final class FleetMistakesTest {
  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;

  @BeforeEach
  void threeHosts() throws IOException {
    fleet = new FleetScene(temp, "web1", "web2", "web3");
  }

  private void started(String section) throws IOException {
    fleet.fleet(section);
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    apply("web1", "web2", "web3");
  }

  private void apply(String... hosts) throws IOException {
    for (String host : hosts) {
      expect(fleet.apply(host), ExitCode.OK);
    }
  }

  private static Scene.Ran expect(Scene.Ran ran, ExitCode code) {
    assertThat(ran.code()).as(ran.text()).isEqualTo(code);
    return ran;
  }

  @Test
  void aBranchThatWasRewoundIsMergedWithTheRelease() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    apply("web1", "web2");
    String release = fleet.gate().stable().revisions().commit();
    fleet.repo.git("reset", "-q", "--hard", "HEAD~1");
    String value = fleet.change();
    assertThat(expect(fleet.apply("web1"), ExitCode.OK).err())
        .contains("Waits for its turn", "the branch was rewound", "revert a commit instead");
    assertThat(expect(fleet.apply("web3"), ExitCode.OK).err())
        .contains("Waits for its turn", "the branch was rewound");
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    fleet.repo.git("merge", "-q", "-s", "ours", "-m", "Merge", release);
    apply("web1", "web2", "web3");
    assertThat(fleet.shopOn("web1")).isEqualTo(value);
    assertThat(fleet.shopOn("web3")).isEqualTo(value);
  }

  @Test
  void aHostMayBeAllowedToRewindOutOfTurn() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    apply("web1", "web2");
    fleet.repo.git("reset", "-q", "--hard", "HEAD~1");
    expect(fleet.apply("web1", "--allow-rewind"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).as("it is no release").isEqualTo("1");
    expect(fleet.apply("web1", "--allow-rewind", "--out-of-turn"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    assertThat(fleet.shopOn("web2")).as("it counts on its own host").isEqualTo("1");
  }

  @Test
  void aCommitThatIsUrgentIsNextAfterAHalt() throws Exception {
    started("  canary: web1\n  soak: 1h\n");
    fleet.change();
    apply("web1");
    String urgent = fleet.change();
    assertThat(expect(fleet.apply("web1"), ExitCode.OK).err()).contains("Waits for the canaries");
    expect(fleet.fleet("web2", "halt", "--reason", "urgent"), ExitCode.OK);
    expect(fleet.fleet("web2", "resume", "--newest"), ExitCode.OK);
    apply("web1");
    assertThat(fleet.shopOn("web1")).isEqualTo(urgent);
    assertThat(fleet.gate().candidate().orElseThrow().number()).isEqualTo(3);
  }

  @Test
  void aGroupIsStartedAgain() throws Exception {
    started("  max_unavailable: 1\n");
    assertThat(expect(fleet.fleet("web2", "start"), ExitCode.FAILED).err())
        .contains("Group started already", "reconcile fleet status");
    expect(fleet.fleet("web2", "start", "--again"), ExitCode.OK);
    assertThat(expect(fleet.fleet("web1", "status"), ExitCode.OK).out())
        .contains("release 2", "complete: 3 of 3 hosts have it");
    String value = fleet.change();
    apply("web1", "web2", "web3");
    assertThat(fleet.shopOn("web3")).isEqualTo(value);
  }

  @Test
  void anEngineThatWasWiped() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.engine.wipe();
    apply("web1");
    String value = fleet.change();
    assertThat(expect(fleet.apply("web1"), ExitCode.UNAVAILABLE).err())
        .contains("The engine has no record of this group", "reconcile fleet start");
    expect(fleet.fleet("web2", "status"), ExitCode.UNAVAILABLE);
    expect(fleet.fleet("web2", "start"), ExitCode.OK);
    apply("web1", "web2", "web3");
    assertThat(fleet.shopOn("web3")).isEqualTo(value);
  }

  @Test
  void aGroupThatIsMisspeltInTheFileOfOneHost() throws Exception {
    started("  max_unavailable: 1\n");
    Files.writeString(fleet.repo.repo("hosts/web3.yaml"), "apps: [shop]\nfleet: {group: wbe}\n");
    apply("web3");
    fleet.change();
    assertThat(expect(fleet.apply("web3"), ExitCode.UNAVAILABLE).err())
        .contains("The group wbe was never started", "correct fleet: {group: wbe}");
    assertThat(expect(fleet.fleet("web3", "status"), ExitCode.UNAVAILABLE).err()).contains("wbe");
    Files.writeString(fleet.repo.repo("hosts/web3.yaml"), "apps: [shop]\n");
    expect(fleet.apply("web3", "--out-of-turn"), ExitCode.OK);
    apply("web1", "web2", "web3");
    assertThat(expect(fleet.fleet("web3", "status"), ExitCode.OK).out()).contains("default ");
    String value = fleet.change();
    apply("web1", "web2", "web3");
    assertThat(fleet.shopOn("web3")).isEqualTo(value);
  }

  @Test
  void aNewHostComesInItsTurn() throws Exception {
    fleet.fleet("  max_unavailable: 1\n");
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    apply("web1", "web2");
    assertThat(fleet.fleet("web1", "status").out()).contains("2 of 2 hosts").doesNotContain("web3");
    expect(fleet.fleet("web1", "halt", "--reason", "wait"), ExitCode.OK);
    assertThat(expect(fleet.apply("web3"), ExitCode.OK).err()).contains("The rollout is halted");
    assertThat(fleet.shopOn("web3")).isEqualTo("none");
    assertThat(expect(fleet.apply("web3", "--only", "shop"), ExitCode.FAILED).err())
        .contains("No commit applied yet");
    expect(fleet.fleet("web1", "resume"), ExitCode.OK);
    apply("web3");
    assertThat(fleet.shopOn("web3")).isEqualTo("0");
    assertThat(fleet.fleet("web1", "status").out()).contains("3 of 3 hosts", "web3");
  }

  @Test
  void aHostThatIsSuspendedAsksNobody() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.type("web1", "suspend", "--reason", "new disk"), ExitCode.OK);
    fleet.engine.requests = 0;
    apply("web1");
    assertThat(fleet.engine.requests).isZero();
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    expect(fleet.type("web1", "resume"), ExitCode.OK);
    apply("web1");
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
  }

  @Test
  void anAppThatIsRolledBackOnOneHostStopsNoOther() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    apply("web1", "web2", "web3");
    fleet.engine.requests = 0;
    expect(fleet.type("web2", "rollback", "shop"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.ROLLED_BACK);
    assertThat(fleet.engine.requests).isZero();
    assertThat(fleet.shopOn("web2")).as("the timer does not undo it").isEqualTo("0");
    Files.writeString(fleet.repo.repo("apps/blog.yaml"), "source: {folder: src}\nsite: false\n");
    Files.writeString(fleet.repo.repo("hosts/web2.yaml"), "apps: [shop, blog]\n");
    apply("web1");
    expect(fleet.apply("web2"), ExitCode.ROLLED_BACK);
    assertThat(fleet.live("web2", "/etc/gunicorn/blog.env")).exists();
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    apply("web3");
    assertThat(expect(fleet.fleet("web1", "status"), ExitCode.OK).out()).contains("complete: 3");
    String value = fleet.change();
    apply("web1", "web2");
    assertThat(fleet.shopOn("web2")).isEqualTo(value);
  }

  @Test
  void aCanaryOnWhichAnAppWasRolledBackProvesNothing() throws Exception {
    started("  canary: web1\n  soak: 1s\n");
    fleet.change();
    apply("web1");
    expect(fleet.type("web1", "rollback", "shop"), ExitCode.OK);
    Thread.sleep(1100);
    expect(fleet.apply("web1"), ExitCode.ROLLED_BACK);
    assertThat(fleet.gate().failed()).containsKey("web1");
    assertThat(expect(fleet.apply("web2"), ExitCode.OK).err()).contains("The rollout is halted");
    assertThat(expect(fleet.fleet("web2", "status"), ExitCode.FAILED).out())
        .contains("shop: rolled back by hand");
  }

  @Test
  void aSecondHaltTellsOfTheFirst() throws Exception {
    started("  max_unavailable: 1\n");
    expect(fleet.fleet("web1", "halt", "--reason", "first"), ExitCode.OK);
    assertThat(expect(fleet.fleet("web2", "halt", "--reason", "second"), ExitCode.OK).out())
        .containsPattern("Halted: second\nBefore, .* on web1 had halted it: first");
  }

  @Test
  void whoeverIsNotWaitedForIsNotSkipped() throws Exception {
    started("  max_unavailable: 1\n");
    assertThat(expect(fleet.fleet("web1", "skip", "web2"), ExitCode.OK).out())
        .contains("Nobody waits for web2");
    assertThat(expect(fleet.fleet("web1", "skip"), ExitCode.USAGE).err())
        .contains("Missing host after skip");
  }

  @Test
  void aSectionWithAMistakeFailsOnOneHostAndIsCorrected() throws Exception {
    started("  max_unavailable: 1\n");
    Files.writeString(fleet.repo.repo("reconcile.yaml"), "version: 1\nfleet:\n  etcd: nonsense\n");
    assertThat(expect(fleet.apply("web1"), ExitCode.INVALID).err())
        .contains("reconcile.yaml line 3", "fleet.etcd must be");
    assertThat(expect(fleet.apply("web2"), ExitCode.OK).err())
        .contains("The rollout is halted", "failed on web1");
    fleet.fleet("  max_unavailable: 2\n");
    apply("web1", "web2", "web3");
    assertThat(expect(fleet.fleet("web1", "status"), ExitCode.OK).out()).contains("complete: 3");
  }
}
