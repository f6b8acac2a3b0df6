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

/** What an administrator types about a fleet, with the mistakes that people make. */
final class FleetCommandTest {
  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;

  @BeforeEach
  void startedGroup() throws IOException {
    fleet = new FleetScene(temp, "web1", "web2");
    fleet.fleet("  canary: web1\n");
    expect(fleet.fleet("web1", "start"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.OK);
    expect(fleet.apply("web2"), ExitCode.OK);
  }

  private static Scene.Ran expect(Scene.Ran ran, ExitCode code) {
    assertThat(ran.code()).as(ran.text()).isEqualTo(code);
    return ran;
  }

  @Test
  void aPageIsAFile() throws Exception {
    Scene.Ran ran = expect(fleet.fleet("web2", "status", "--html", "/srv/fleet.html"), ExitCode.OK);
    assertThat(ran.out()).contains("complete: 2 of 2 hosts have it");
    assertThat(Files.readString(fleet.live("web2", "/srv/fleet.html")))
        .startsWith("<!DOCTYPE html>")
        .contains("complete: 2 of 2 hosts have it", fleet.gate().stable().revisions().commit());
    assertThat(expect(fleet.fleet("web2", "status", "--html", "pages/"), ExitCode.USAGE).err())
        .contains("Invalid path");
  }

  @Test
  void anOptionOfAnotherWordIsRefused() throws Exception {
    assertThat(expect(fleet.fleet("web1", "skip", "web2", "--newest"), ExitCode.USAGE).err())
        .contains("Option of another word", "--newest belongs to reconcile fleet resume");
    assertThat(fleet.gate().holders()).isEmpty();
  }

  private String metrics(String host) throws IOException {
    Files.createDirectories(fleet.live(host, "/srv"));
    fleet.apply(host, "--metrics", "/srv/reconcile.prom");
    return Files.readString(fleet.live(host, "/srv/reconcile.prom"));
  }

  @Test
  void theMetricsTellWhetherAReleaseWaits() throws Exception {
    fleet.change();
    assertThat(metrics("web2"))
        .contains("reconcile_fleet_waiting 1", "reconcile_fleet_halted 0")
        .contains("reconcile_fleet_failed_hosts 0");
    Files.writeString(fleet.repo.repo("apps/shop.yaml"), "nonsense: 1\n");
    expect(fleet.fleet("web2", "halt", "--reason", "wait"), ExitCode.OK);
    expect(fleet.fleet("web2", "resume", "--newest"), ExitCode.OK);
    expect(fleet.apply("web1"), ExitCode.INVALID);
    assertThat(metrics("web2"))
        .contains("reconcile_fleet_waiting 1", "reconcile_fleet_halted 1")
        .contains("reconcile_fleet_failed_hosts 1");
    fleet.engine.isDown = true;
    assertThat(metrics("web2"))
        .contains("reconcile_fleet_waiting 1", "reconcile_fleet_halted 0")
        .doesNotContain("reconcile_fleet_failed_hosts");
  }
}
