// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fleet.EngineFailure;
import dev.reconcile.fleet.HostRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of hosts that share an engine, on root directories. */
final class FleetRunTest {
  private static final long LONGER_THAN_THE_MARGIN_MILLIS = 1100;

  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;

  @BeforeEach
  void threeHosts() throws IOException {
    fleet = new FleetScene(temp, "web1", "web2", "web3");
  }

  /** Every host has the first commit with the section, which is the first stable release. */
  private void started(String section) throws IOException {
    for (String host : new String[] {"web1", "web2", "web3"}) {
      expect(fleet.apply(host), ExitCode.OK);
    }
    fleet.fleet(section);
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    for (String host : new String[] {"web1", "web2", "web3"}) {
      expect(fleet.apply(host), ExitCode.OK);
    }
  }

  private static Scene.Ran expect(Scene.Ran ran, ExitCode code) {
    assertThat(ran.code()).as(ran.text()).isEqualTo(code);
    return ran;
  }

  private void takeSlot(String host) throws Exception {
    fleet.takeSlot(host);
  }

  private void freeSlot(String host) throws Exception {
    fleet.freeSlot(host);
  }

  @Test
  void nothingNewerIsAppliedBeforeTheGroupIsStarted() throws Exception {
    expect(fleet.apply("web1"), ExitCode.OK);
    String before = fleet.shopOn("web1");
    fleet.fleet("");
    fleet.change();
    fleet.fleet("  max_unavailable: 1\n");
    Files.writeString(fleet.live("web1", "/etc/gunicorn/shop.env"), "drift\n");
    Scene.Ran ran = expect(fleet.apply("web1"), ExitCode.UNAVAILABLE);
    assertThat(ran.err())
        .contains("The engine has no record of this group", "reconcile fleet start");
    assertThat(fleet.shopOn("web1")).as("drift is repaired").isEqualTo(before);
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    assertThat(expect(fleet.fleet("web1", "start"), ExitCode.FAILED).err())
        .contains("Group started already");
  }

  @Test
  void hostsTakeACommitInTurn() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    assertThat(fleet.gate().holders()).isEmpty();
    assertThat(fleet.row("web1").orElseThrow().state()).isEqualTo(HostRow.State.WELL);
    takeSlot("web9");
    Scene.Ran waits = expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(waits.err())
        .contains("Waits for its turn", "1 of 1 are taken, by web9", "reconcile fleet status");
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    freeSlot("web9");
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void aHostThatWaitsHasTheNewCodeAlready() throws Exception {
    started("  max_unavailable: 1\n");
    int before = fleet.builtOn("web2").size();
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    Path live = fleet.live("web2", "/usr/share/nginx/shop");
    Path code = Files.readSymbolicLink(live);
    takeSlot("web9");
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.builtOn("web2")).hasSize(before + 1).noneMatch(name -> name.startsWith("."));
    assertThat(Files.readSymbolicLink(live)).isEqualTo(code);
    freeSlot("web9");
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(Files.readSymbolicLink(live)).isNotEqualTo(code);
  }

  /** While nothing has changed, it reads, plans and compares nothing else. */
  @Test
  void aHostThatWaitsAsksOnlyWhetherTheGateIsTheSame() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    takeSlot("web9");
    expect(fleet.apply("web2"), ExitCode.OK);
    Thread.sleep(LONGER_THAN_THE_MARGIN_MILLIS);
    String first = expect(fleet.apply("web2"), ExitCode.OK).text();
    fleet.engine.requests = 0;
    fleet.engine.questions = 0;
    assertThat(expect(fleet.apply("web2"), ExitCode.OK).text()).isEqualTo(first);
    assertThat(fleet.engine.questions).isOne();
    assertThat(fleet.engine.requests).isOne();
    assertThat(fleet.apply("web2", "--json").out())
        .contains("Waits for its turn", "\"state\" : \"waiting\"");
    assertThat(fleet.engine.requests).isEqualTo(2);
    assertThat(fleet.run("web2", "plan").out()).as("for the newest commit").contains("shop.env");
    fleet.engine.isDown = true;
    assertThat(expect(fleet.apply("web2"), ExitCode.UNAVAILABLE).err())
        .contains("The engine is out of reach");
    fleet.engine.isDown = false;
    freeSlot("web9");
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void aHostThatWaitsRepairsDrift() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    takeSlot("web9");
    Files.delete(fleet.live("web2", "/etc/gunicorn/shop.env"));
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    assertThat(fleet.apply("web2", "--json").out())
        .contains("\"fleet\" : {", "\"state\" : \"waiting\"", "\"group\" : \"default\"");
  }

  @Test
  void aRunWithNothingNewerAsksNobody() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.engine.requests = 0;
    fleet.engine.isDown = true;
    expect(fleet.apply("web1"), ExitCode.OK);
    Files.delete(fleet.live("web1", "/etc/gunicorn/shop.env"));
    Scene.Ran ran = expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(ran.err()).isEmpty();
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    assertThat(fleet.engine.requests).isZero();
  }

  @Test
  void withoutTheEngineDriftIsRepairedAndNewerCommitsWait() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    fleet.engine.isDown = true;
    Files.delete(fleet.live("web1", "/etc/gunicorn/shop.env"));
    Scene.Ran ran = expect(fleet.apply("web1"), ExitCode.UNAVAILABLE);
    assertThat(ran.err()).contains("The engine is out of reach", "No member has answered.");
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    expect(fleet.apply("web1", "--out-of-turn"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    fleet.engine.isDown = false;
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void aWordThatCannotBeDeliveredIsSaidFirst() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    fleet.engine.readsUntilDown = 1;
    Scene.Ran ran = expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(ran.err()).contains("The engine is out of reach");
    assertThat(fleet.record("web1")).contains("\"word\"");
    fleet.engine.readsUntilDown = Integer.MAX_VALUE;
    fleet.engine.isDown = false;
    assertThat(fleet.gate().holders()).containsKey("web1");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.gate().holders()).isEmpty();
    assertThat(fleet.record("web1")).doesNotContain("\"word\"");
  }

  @Test
  void theCanaryTriesACommitFirst() throws Exception {
    started("  canary: web1\n");
    fleet.change();
    assertThat(expect(fleet.apply("web2"), ExitCode.OK).err()).contains("Waits for the canaries");
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.gate().candidate()).isEmpty();
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void aCanaryStaysWellForSomeTime() throws Exception {
    started("  canary: web1\n  soak: 1s\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.gate().candidate()).isPresent();
    assertThat(fleet.row("web1").orElseThrow().state()).isEqualTo(HostRow.State.SOAKING);
    Scene.Ran json = expect(fleet.fleet("web2", "status", "--json"), ExitCode.OK);
    assertThat(ReportsTest.strict("fleet-1.0.json").apply(json.out())).as(json.out()).isEmpty();
    assertThat(json.out()).contains("\"candidate\" : {", "\"state\" : \"soaking\"");
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    Thread.sleep(1100);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.gate().candidate()).isEmpty();
  }

  @Test
  void aCommitWithMistakesReachesTheCanaryOnly() throws Exception {
    started("  canary: web1\n");
    Files.writeString(
        fleet.repo.repo("apps/shop.yaml"), "source: {folder: nowhere}\nnonsense: 1\n");
    Scene.Ran bad = expect(fleet.apply("web1"), ExitCode.INVALID);
    assertThat(bad.err()).contains("nonsense");
    assertThat(fleet.gate().failed()).containsKey("web1");
    assertThat(fleet.gate().holders()).isEmpty();
    Scene.Ran waits = expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(waits.err()).contains("The rollout is halted", "failed on web1");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.fleet("web2", "status").out()).contains("failed on web1", "apps/shop.yaml");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void anOperatorHaltsAndResumes() throws Exception {
    started("  max_unavailable: 1\n");
    expect(fleet.fleet("web3", "halt", "--reason", "the bank is down"), ExitCode.OK);
    fleet.change();
    Scene.Ran waits = expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(waits.err())
        .contains("The rollout is halted", "the bank is down", "reconcile fleet resume");
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    Scene.Ran json = expect(fleet.fleet("web2", "status", "--json"), ExitCode.FAILED);
    assertThat(ReportsTest.strict("fleet-1.0.json").apply(json.out())).as(json.out()).isEmpty();
    assertThat(json.out()).contains("\"halted\" : {", "\"well\" : false");
    Scene.Ran status = expect(fleet.fleet("web2", "status"), ExitCode.FAILED);
    assertThat(status.out()).contains("halted by", "on web3: the bank is down");
    expect(fleet.fleet("web2", "resume"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    assertThat(expect(fleet.fleet("web2", "halt"), ExitCode.USAGE).err())
        .contains("Missing reason");
  }

  @Test
  void aHostThatIsGoneIsSkipped() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    takeSlot("web3");
    assertThat(fleet.fleet("web1", "status").out()).contains("web3").contains("at it");
    Scene.Ran skipped = expect(fleet.fleet("web1", "skip", "web3", "--forget"), ExitCode.OK);
    assertThat(skipped.err()).contains("one too many");
    assertThat(fleet.gate().holders()).isEmpty();
    assertThat(fleet.fleet("web1", "status").out()).doesNotContain("web3");
    assertThat(expect(fleet.fleet("web1", "skip", "wbe2"), ExitCode.USAGE).err())
        .contains("No such host in the group", "web2");
  }

  @Test
  void aPlanTellsOfTheTurnAndWritesNothing() throws Exception {
    started("  max_unavailable: 1\n");
    String record = fleet.record("web1");
    fleet.change();
    fleet.engine.exchanges = 0;
    Scene.Ran plan = expect(fleet.run("web1", "plan"), ExitCode.OK);
    assertThat(plan.text()).contains("It is this host's turn", "shop.env");
    assertThat(fleet.engine.exchanges).isZero();
    assertThat(fleet.record("web1")).isEqualTo(record);
    expect(fleet.apply("web2"), ExitCode.OK);
    takeSlot("web9");
    assertThat(expect(fleet.run("web1", "plan"), ExitCode.OK).text())
        .contains("Waits for its turn", "by web9", "shop.env");
  }

  @Test
  void onlyAppliesTheCommitThatTheHostHas() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    takeSlot("web9");
    Files.delete(fleet.live("web1", "/etc/gunicorn/shop.env"));
    expect(fleet.apply("web1", "--only", "shop"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
  }

  @Test
  void theCommitThatRemovesTheSectionIsRolledOutInTurn() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.fleet("");
    fleet.change();
    takeSlot("web9");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
    freeSlot("web9");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.hasRecord("web1")).isFalse();
    fleet.engine.isDown = true;
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("2");
  }

  /** It stays in the fleet until it has proved the commit, or all others would wait for it. */
  @Test
  void aCanaryProvesTheCommitThatRemovesTheSection() throws Exception {
    started("  canary: web1\n  soak: 1s\n");
    fleet.fleet("");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.hasRecord("web1")).isTrue();
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("0");
    Thread.sleep(LONGER_THAN_THE_MARGIN_MILLIS);
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.hasRecord("web1")).isFalse();
    expect(fleet.apply("web2"), ExitCode.OK);
    assertThat(fleet.shopOn("web2")).isEqualTo("1");
  }

  @Test
  void aHostThatLeavesSaysItsLastWordOnceTheEngineIsThere() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.fleet("");
    fleet.change();
    fleet.engine.exchangesUntilDown = 2; // the proposal and the slot
    fleet.apply("web1");
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
    assertThat(fleet.record("web1")).contains("\"word\"");
    Thread.sleep(LONGER_THAN_THE_MARGIN_MILLIS);
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    fleet.engine.isDown = false;
    fleet.engine.exchangesUntilDown = Integer.MAX_VALUE;
    assertThat(fleet.gate().holders()).containsOnlyKeys("web1");
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.gate().holders()).isEmpty();
    assertThat(fleet.hasRecord("web1")).isFalse();
  }

  @Test
  void twoMachinesWithOneNameGetNoSlot() throws Exception {
    started("  max_unavailable: 1\n");
    expect(fleet.apply("web1"), ExitCode.OK);
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    fleet.change();
    Files.writeString(fleet.live("web1", "/etc/machine-id"), "f".repeat(32) + "\n");
    Scene.Ran ran = expect(fleet.apply("web1"), ExitCode.FAILED);
    assertThat(ran.err()).contains("Another machine has this name", "f".repeat(32));
    assertThat(fleet.shopOn("web1")).isEqualTo("1");
  }

  @Test
  void aRefusedCertificateIsNotPermitted() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    fleet.engine.failure = EngineFailure.REFUSED;
    fleet.engine.isDown = true;
    assertThat(expect(fleet.apply("web1"), ExitCode.NOT_PERMITTED).err())
        .contains("The engine refuses");
    assertThat(expect(fleet.run("web1", "plan"), ExitCode.NOT_PERMITTED).text())
        .contains("The engine refuses", "shop.env");
    expect(fleet.fleet("web1", "status"), ExitCode.NOT_PERMITTED);
    assertThat(fleet.shopOn("web1")).isEqualTo("0");
  }

  @Test
  void aMachineWithoutAnIdIsTold() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    Files.delete(fleet.live("web1", "/etc/machine-id"));
    assertThat(expect(fleet.apply("web1"), ExitCode.FAILED).err())
        .contains("Machine without an id", "systemd-machine-id-setup");
  }

  @Test
  void aHostInNoFleetIsTold() throws Exception {
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(expect(fleet.fleet("web1", "status"), ExitCode.FAILED).err())
        .contains("Host in no fleet");
    assertThat(expect(fleet.fleet("web1", "staus"), ExitCode.USAGE).err())
        .contains("Missing word after fleet");
    assertThat(fleet.hasRecord("web1")).isFalse();
  }

  @Test
  void aHostThatWentOutOfTurnStaysAhead() throws Exception {
    started("  max_unavailable: 1\n");
    fleet.change();
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web1", "--out-of-turn"), ExitCode.OK);
    fleet.change();
    expect(fleet.fleet("web1", "halt", "--reason", "wait"), ExitCode.OK);
    expect(fleet.apply("web1", "--out-of-turn"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).as("the host alone is ahead").isEqualTo("2");
    expect(fleet.fleet("web1", "resume"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo("2");
    assertThat(fleet.shopOn("web2")).isEqualTo("2");
  }
}
