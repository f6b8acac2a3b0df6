// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.OtherRun;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a host under a root directory is doing: all of it but what needs a running system. */
final class StatusCommandTest {
  private static final String SITE = "/etc/nginx/sites-available/shop";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void repo() throws IOException {
    scene = new Scene(temp);
    write("reconcile.yaml", "version: 1\n");
    write("src/shop/main.py", "app = 1\n");
    write(
        "apps/shop.yaml",
        "source: {folder: src/shop}\ngunicorn: {workers: 3}\nsite: {server_name: shop.test}\n");
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }

  private void converge() throws IOException {
    Scene.Ran ran = scene.run("apply");
    assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
  }

  private Scene.Ran status(String... words) {
    List<String> line = new ArrayList<>(List.of("status"));
    line.addAll(List.of(words));
    line.addAll(List.of("--root", scene.root().toString(), "--config", scene.config().toString()));
    return scene.run(line, Map.of());
  }

  @Test
  void beforeTheFirstRunThereIsNothingToTellOf() {
    Scene.Ran ran = status();

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out()).contains("No run has applied anything yet.");
  }

  @Test
  void whatHasBeenAppliedIsWell() throws IOException {
    converge();

    Scene.Ran ran = status();

    assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .contains("shop.test -> unix:/run/shop_gunicorn.sock", " none ", "\nHealthy\n");
    assertThat(status("--json").out())
        .contains("\"workers_configured\" : 3", "\"state\" : \"none\"", "\"healthy\" : true");
  }

  @Test
  void certificateThatATreeDoesNotHaveIsNoTrouble() throws IOException {
    write(
        "apps/shop.yaml",
        "source: {folder: src/shop}\nsite: {server_name: shop.test, tls: {certificate: /etc/a.pem,"
            + " key: /etc/a.key}}\n");
    converge();

    Scene.Ran ran = status();

    assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
  }

  @Test
  void rollbackThatHasNothingToGoBackToLeavesAllWell() throws IOException {
    converge();

    List<String> line = new ArrayList<>(List.of("rollback", "--root", scene.root().toString()));
    line.addAll(List.of("--config", scene.config().toString()));
    Scene.Ran back = scene.run(line, Map.of());

    assertThat(back.text())
        .contains("No earlier run", "is the first run that reconcile keeps", "backup/");
    assertThat(back.code()).isEqualTo(ExitCode.FAILED);
    assertThat(status().code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void theRepoIsNotAskedAndNothingIsWritten() throws IOException {
    converge();
    write("apps/shop.yaml", "nonsense");
    scene.commit();
    SortedMap<String, String> before = scene.snapshot();

    assertThat(status().code()).isEqualTo(ExitCode.OK);
    assertThat(scene.snapshot()).isEqualTo(before);
  }

  @Test
  void anEditedFileIsDrift() throws IOException {
    converge();
    Files.writeString(scene.live(SITE), "# mine\n");

    Scene.Ran ran = status();

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains("Drift: file " + SITE + " differs (apply", "Unhealthy: 1 of 1 apps");
  }

  @Test
  void withoutTheCommitDriftIsUnknown() throws IOException {
    converge();
    write("cache", "");
    deleteTree(scene.live("/var/lib/reconcile/repo.git"));

    Scene.Ran ran = status("--json");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out()).contains("\"state\" : \"unknown\"", "is no longer in the cache");
    assertThat(ran.out()).contains("\"name\" : \"shop\"");
  }

  private static void deleteTree(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void aRunThatFailedIsTold() throws IOException {
    converge();
    write("apps/shop.yaml", "sorce: {folder: src/shop}\n");
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.INVALID);

    Scene.Ran ran = status();

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out()).contains("The last apply ended with exit code 65: ");
    assertThat(ran.out()).as("drift is from the commit before").contains(" none ");
  }

  @Test
  void aRunInProgressIsToldAndIsNoneThatWasInterrupted() throws IOException {
    converge();
    Path state = scene.live("/var/lib/reconcile/state.json");
    String text = Files.readString(state);
    String open = text.replace("\"unfinished\" : { }", "\"unfinished\" : {\"r1\": [\"shop\"]}");
    assertThat(open).isNotEqualTo(text);
    Files.writeString(state, open);
    assertThat(status().out()).contains("Run r1 was interrupted");

    try (OtherRun run = new OtherRun(scene.root())) {
      Scene.Ran ran = status();
      assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
      assertThat(ran.out().replaceAll("\\s+", " "))
          .contains("A run is in progress since 20", "(pid " + run.pid() + ")", " Healthy ")
          .doesNotContain("interrupted");
      assertThat(status("--json").out()).contains("\"unfinished\" : [ ]", "A run is in progress");
    }
  }

  private Scene.Ran apply(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("apply"));
    line.addAll(List.of(words));
    return scene.run(line.toArray(String[]::new));
  }

  @Test
  void aPageIsWrittenBesideTheText() throws IOException {
    converge();

    Scene.Ran ran = status("--html", "/srv/status.html");

    assertThat(ran.out()).endsWith("\nHealthy\n");
    assertThat(scene.look("/srv/status.html"))
        .startsWith("file 0644\n<!DOCTYPE html>\n")
        .contains("shop.test", "/run/shop_gunicorn.sock")
        .endsWith("</html>\n");
  }

  @Test
  void thePageShowsNoTextOfAFolderThatKeepsOthersOut() throws IOException {
    Scene.setMode(Files.createDirectories(scene.root().resolve("opt/closed/in")), "755");
    Files.createSymbolicLink(scene.live("/opt/link"), Path.of("/opt/closed/in"));
    files("first");
    files("second");
    status("--html", "/srv/status.html");
    assertThat(scene.look("/srv/status.html")).contains("first open", "first linked", "second in");

    Scene.setMode(scene.root().resolve("opt/closed"), "750");
    status("--html", "/srv/status.html");
    assertThat(scene.look("/srv/status.html"))
        .contains("first open", "second open", "/opt/link/b", "/opt/closed/in/c")
        .doesNotContain("first linked", "second linked", "first in", "second in");
  }

  private void files(String word) throws IOException {
    write(
        "reconcile.yaml",
        """
        version: 1
        files:
          /opt/a: {content: WORD open}
          /opt/link/b: {content: WORD linked}
          /opt/closed/in/c: {content: WORD in}
        """
            .replace("WORD", word));
    converge();
  }

  @Test
  void runsKeepThePageUpToDate() throws IOException {
    Files.writeString(scene.config(), "status-html: /srv/status.html\n");
    converge();
    String first = scene.look("/srv/status.html");
    assertThat(first).contains("changed: the host, shop");

    write("apps/blog.yaml", "source: {folder: src/shop}\nsite: false\n");
    converge();

    assertThat(scene.look("/srv/status.html")).contains("blog_gunicorn.sock");
  }

  @Test
  void aRunWithNothingToDoLeavesAPageThatIsNotOld() throws IOException {
    Files.writeString(scene.config(), "status-html: /srv/status.html\n");
    converge();
    Path page = scene.live("/srv/status.html");
    Files.writeString(page, "kept");
    converge();
    assertThat(Files.readString(page)).isEqualTo("kept");

    Files.setLastModifiedTime(page, FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));
    converge();

    assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>");
  }

  @Test
  void aPageThatCannotBeWrittenFailsNoRun() throws IOException {
    Files.writeString(scene.live("/srv/file"), "");

    Scene.Ran ran = apply("--status-html", "/srv/file/status.html");

    assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.err()).contains("Warning: Status page not written");
  }

  @Test
  void thePageNeedsAPath() throws IOException {
    assertThat(apply("--status-html", "status.html").code()).isEqualTo(ExitCode.USAGE);
    assertThat(status("--html", "/srv/../x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(scene.look("/var/lib/reconcile")).isEqualTo("absent\n");
  }
}
