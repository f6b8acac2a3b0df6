// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host with two thousand apps, under a root directory, in a quarter of a gigabyte. */
final class ManyAppsTest {
  private static final int APPS = 2000;
  private static final String HEAP = "-Xmx256m";
  private static final int MOST_MINUTES = 5;

  @TempDir(factory = InMemory.class)
  Path temp;

  private Scene scene;

  @BeforeEach
  void declareApps() throws IOException {
    scene = new Scene(temp);
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.repo("src/plain/main.py"), "app = None\n");
    for (int i = 0; i < APPS; i++) {
      String app = "app" + i;
      Files.writeString(
          scene.repo("apps/" + app + ".yaml"),
          """
          source: {folder: src/plain}
          gunicorn: {bind: port}
          site: {server_name: [%s.test, www.%s.test]}
          """
              .formatted(app, app));
    }
    scene.commit();
  }

  @Test
  void planApplyAndAgain() throws Exception {
    String planned = run("plan");
    assertThat(planned).contains("apps/app1999.yaml");
    try (Stream<Path> made = Files.list(scene.root())) {
      assertThat(made).isEmpty();
    }

    assertThat(run("apply")).contains(" changed, 0 failed, 0 skipped");
    try (Stream<Path> sites = Files.list(scene.root().resolve("etc/nginx/sites-enabled"))) {
      assertThat(sites).hasSize(APPS);
    }
    assertThat(distinctPorts()).hasSize(APPS);

    assertThat(run("apply", "--detailed-exitcode")).contains("No changes");
  }

  private List<String> distinctPorts() throws IOException {
    List<String> ports = new ArrayList<>();
    try (Stream<Path> sites = Files.list(scene.root().resolve("etc/nginx/sites-available"))) {
      for (Path site : sites.toList()) {
        Files.readAllLines(site).stream()
            .filter(line -> line.contains("proxy_pass"))
            .map(String::strip)
            .distinct()
            .forEach(ports::add);
      }
    }
    return ports.stream().distinct().toList();
  }

  /** A process of its own, so that it has a heap of its own; has to exit with 0. */
  private String run(String command, String... options) throws IOException, InterruptedException {
    Path said = temp.resolve("said");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.reconcile.Main",
                command,
                "--repo",
                scene.repo("apps").getParent().toString(),
                "--root",
                scene.root().toString(),
                "--config",
                scene.config().toString()));
    words.addAll(List.of(options));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    String output = Files.readString(said);
    assertThat(ended).as("ended in time").isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
