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

/** Hosts of a fleet whose app has a repository of its own: all of them run the same code. */
final class FleetSourcesTest {
  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;
  private AppRepository shop;
  private String first = "";

  @BeforeEach
  void twoHosts() throws IOException {
    fleet = new FleetScene(temp, "web1", "web2");
    shop = AppRepository.create(temp.resolve("shop"));
    first = commit("1");
    Files.writeString(
        fleet.repo.repo("apps/shop.yaml"),
        "source: {git: \"%s\", ref: main}\nsite: false\n".formatted(shop.url()));
    apply("web1");
    apply("web2");
    fleet.fleet("  canary: web1\n");
    assertThat(fleet.fleet("web1", "start").code()).isEqualTo(ExitCode.OK);
    apply("web1");
    apply("web2");
    assertThat(deployed("web2")).isEqualTo(first);
  }

  private String commit(String text) throws IOException {
    shop.write("main.py", "app = " + text + "\n");
    return shop.commit();
  }

  private Scene.Ran apply(String host) throws IOException {
    Scene.Ran ran = fleet.apply(host);
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    return ran;
  }

  private String deployed(String host) throws IOException {
    Path link = fleet.live(host, "/usr/share/nginx/shop");
    return String.valueOf(Files.readSymbolicLink(link).getFileName());
  }

  @Test
  void aCommitOfTheAppIsARelease() throws Exception {
    String second = commit("2");
    assertThat(apply("web2").err()).contains("Waits for the canaries");
    assertThat(deployed("web2")).isEqualTo(first);
    apply("web1");
    assertThat(deployed("web1")).isEqualTo(second);
    apply("web2");
    assertThat(deployed("web2")).isEqualTo(second);
    fleet.engine.requests = 0;
    apply("web1");
    apply("web2");
    assertThat(fleet.engine.requests).isZero();
  }

  @Test
  void allHostsGetTheCommitOfTheRelease() throws Exception {
    String second = commit("2");
    apply("web1");
    String third = commit("3");
    apply("web2");
    assertThat(deployed("web2")).as("the third one is not proved").isEqualTo(second);
    assertThat(apply("web2").err()).contains("Waits for the canaries");
    assertThat(deployed("web2")).isEqualTo(second);
    apply("web1");
    apply("web2");
    assertThat(deployed("web2")).isEqualTo(third);
  }

  @Test
  void driftIsRepairedAtTheCommitThatTheHostHas() throws Exception {
    commit("2");
    Files.delete(fleet.live("web2", "/usr/share/nginx/shop"));
    apply("web2");
    assertThat(deployed("web2")).isEqualTo(first);
    assertThat(fleet.gate().newest()).isGreaterThan(1);
  }

  @Test
  void aCommitThatTheRefDoesNotReachIsNotApplied() throws Exception {
    String second = commit("2");
    apply("web1");
    shop.git("reset", "-q", "--hard", first);
    Scene.Ran ran = apply("web2");
    assertThat(deployed("web2")).isEqualTo(first);
    assertThat(ran.err()).doesNotContain(second);
  }
}
