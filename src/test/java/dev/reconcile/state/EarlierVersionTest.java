// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.Facts;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier version left on a real host is read as it is, and is written back byte for byte.
 * The host had four apps and three runs: a first deploy, a change, and a run that rolled an app
 * back and quarantined its revision.
 */
final class EarlierVersionTest {
  private static final Path LEFT = Path.of("src/test/resources/state/of-0.1.0");

  @TempDir Path temp;
  private Facts facts;
  private LocalHost host;

  @BeforeEach
  void copy() throws Exception {
    Path state = temp.resolve("var/lib/reconcile");
    try (Stream<Path> files = Files.walk(LEFT)) {
      for (Path file : files.toList()) {
        Path target = state.resolve(LEFT.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    facts = host.facts();
  }

  private String text(String name) throws IOException {
    return Files.readString(temp.resolve("var/lib/reconcile").resolve(name));
  }

  @Test
  void stateIsReadAsItIs() throws Exception {
    State state = StateFile.load(facts);

    assertThat(state.owned()).hasSizeGreaterThan(40);
    assertThat(state.trials().quarantine()).containsOnlyKeys("one");
    assertThat(state.trials().quarantine().get("one").reason())
        .isEqualTo("it did not come up (An app does not start)");
    assertThat(state.trials().quarantine().get("one").undone()).isEmpty();
    String before = text("state.json");
    StateFile.save(host, state);
    assertThat(text("state.json")).isEqualTo(before);
  }

  @Test
  void runsAreThereToRollBackTo() throws Exception {
    List<Manifest> runs = ManifestStore.all(facts);

    assertThat(runs).hasSize(3);
    for (Manifest run : runs) {
      String name = "backup/" + run.run() + ".json";
      String before = text(name);
      ManifestStore.save(host, run);
      assertThat(text(name)).isEqualTo(before);
      assertThat(run.isRollback()).isFalse();
    }
    assertThat(runs.getLast().undos()).isNotEmpty();
  }

  @Test
  void lastRunIsRead() throws Exception {
    LastRun run = LastRun.load(facts).orElseThrow();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.isGood()).isFalse();
    assertThat(run.errors()).isNotEmpty();
  }
}
