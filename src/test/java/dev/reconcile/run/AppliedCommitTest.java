// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.State;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppliedCommitTest {
  @TempDir Path root;
  private LocalHost host;

  @BeforeEach
  void applyOnce() throws Exception {
    host = new LocalHost(root, _ -> new CommandRunner.Result(0, "", ""), "now", List.of());
    save("one", 1, "apply", "r1", Map.of("shop", Manifest.CHANGED));
  }

  private void save(
      String run, int sequence, String command, String revision, Map<String, String> results)
      throws Exception {
    ManifestStore.save(
        host,
        new Manifest(
            run,
            sequence,
            command,
            "repo",
            revision,
            List.of(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(results),
            new TreeMap<>(),
            new TreeMap<>()));
  }

  private String commit(String unfinished) throws Exception {
    SortedMap<String, SortedSet<String>> open = new TreeMap<>();
    open.put(unfinished, new TreeSet<>(List.of("shop")));
    State.Trials trials = new State.Trials(new TreeMap<>(), new TreeMap<>(), open);
    State state =
        new State(
            "repo",
            "r2",
            new TreeMap<>(),
            new TreeMap<>(),
            State.EMPTY.numbers(),
            trials,
            State.EMPTY.protectedApps(),
            State.EMPTY.maintenance());
    return AppliedCommit.of(host.facts(), state, "shop");
  }

  @Test
  void restartThatHasFailedMayBeTriedAgain() throws Exception {
    save("two", 2, "restart", "r1", Map.of());

    assertThat(commit("two")).isEqualTo("r1");
  }

  @Test
  void appBetweenTwoCommitsIsNotRestarted() throws Exception {
    save("two", 2, "apply", "r2", Map.of());

    for (String run : List.of("two", "lost")) {
      assertThatThrownBy(() -> commit(run))
          .isInstanceOfSatisfying(
              CommandFailed.class,
              failed ->
                  assertThat(failed.diagnostics().getFirst().summary())
                      .isEqualTo("Unfinished change of an app"));
    }
  }
}
