// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What twenty hosts of a fleet ask their git server for. */
final class FleetGitTest {
  private static final List<String> HOSTS =
      IntStream.rangeClosed(1, 20).mapToObj(i -> "web" + i).toList();
  private static final List<String> OTHERS = HOSTS.subList(1, HOSTS.size());

  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;
  private GitServer git;

  private void apply(List<String> hosts) throws Exception {
    for (String host : hosts) {
      Scene.Ran ran = fleet.apply(host);
      assertThat(ran.code()).as(host + ": " + ran.text()).isEqualTo(ExitCode.OK);
    }
  }

  private void expect(String what, List<String> hosts, int packs) {
    for (String host : hosts) {
      GitServer.Counts counts = git.of(host);
      assertThat(counts.packs()).as(what + ": packs for " + host).isEqualTo(packs);
      // a fetch is a connection of its own, in which git asks for the refs again
      assertThat(counts.lists()).as(what + ": ls-refs of " + host).isEqualTo(1 + packs);
    }
    git.countAnew();
  }

  @Test
  void aHostFetchesACommitOnceAndOnlyToProposeOrApplyIt() throws Exception {
    fleet = new FleetScene(temp, HOSTS.toArray(String[]::new));
    fleet.fleet("  canary: web1\n");
    try (GitServer server = new GitServer(temp.resolve("repo/.git"))) {
      git = server;
      fleet.address = server::url;
      assertThat(fleet.fleet("web1", "start").code()).isEqualTo(ExitCode.OK);
      apply(HOSTS);
      for (String host : OTHERS) {
        assertThat(git.of(host).packs()).as("packs for " + host).isEqualTo(1);
      }
      git.countAnew();

      String value = fleet.change();
      apply(List.of("web2"));
      expect("the host that proposes", List.of("web2"), 1);
      List<String> waiting = OTHERS.subList(1, OTHERS.size());
      apply(waiting);
      expect("hosts that wait for the canary", waiting, 0);

      apply(List.of("web1"));
      expect("the canary", List.of("web1"), 1);
      fleet.takeSlot("web99");
      apply(waiting);
      expect("hosts that make their plan and wait", waiting, 1);
      apply(waiting);
      expect("hosts that go on waiting", waiting, 0);

      fleet.freeSlot("web99");
      apply(OTHERS);
      expect("hosts that apply what they have fetched", OTHERS, 0);
      for (String host : HOSTS) {
        assertThat(fleet.shopOn(host)).isEqualTo(value);
      }
      fleet.engine.requests = 0;
      apply(HOSTS);
      expect("hosts with nothing to do", HOSTS, 0);
      assertThat(fleet.engine.requests).isZero();
    }
  }
}
