// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON document: a promise to scripts. */
final class RunJsonTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    Files.writeString(
        scene.repo("reconcile.yaml"),
        "version: 1\nfiles:\n  /etc/motd: {content: \"a \\\"b\\\"\\n\"}\n");
  }

  private static String masked(String json) {
    return json.replace('"' + Version.text() + '"', "\"VERSION\"")
        .replaceAll("\"20[0-9]{2}-[^\"]*Z\"", "\"TIME\"")
        .replaceAll("\"20[0-9]{6}T[0-9]{6}Z-[0-9a-f]{16}\"", "\"RUN\"")
        .replaceAll("\"[0-9a-f]{40}\"", "\"COMMIT\"");
  }

  @Test
  void anApplyTellsItsPlanAndItsOutcomes() throws IOException {
    Scene.Ran ran = scene.run("apply", "--json");

    assertThat(ran.err()).isEmpty();
    assertThat(masked(ran.out()))
        .isEqualTo(
            """
            {
              "format_version" : "1.0",
              "reconcile_version" : "VERSION",
              "command" : "apply",
              "run" : "RUN",
              "repo" : "REPO",
              "revision" : "COMMIT",
              "started" : "TIME",
              "finished" : "TIME",
              "exit_code" : 0,
              "diagnostics" : [ ],
              "changes" : true,
              "unchanged" : 0,
              "plan" : [ {
                "action" : "create",
                "kind" : "file",
                "name" : "/etc/motd",
                "app" : "",
                "diff" : "@@ -0,0 +1 @@\\n+a \\"b\\"\\n"
              } ],
              "handlers" : [ ],
              "held" : { },
              "left_out" : [ "services" ],
              "outcomes" : [ {
                "subject" : "file /etc/motd",
                "app" : "",
                "outcome" : "done"
              } ],
              "rolled_back" : [ ],
              "unreached" : { }
            }
            """);
  }

  @Test
  void theLastRunIsWrittenDown() throws IOException {
    Scene.Ran ran = scene.run("apply", "--json");

    Path report = scene.root().resolve("var/lib/reconcile/last-run.json");
    assertThat(Files.readString(report).replace(scene.repo("x").getParent().toString(), "REPO"))
        .isEqualTo(ran.out());
  }

  @Test
  void aPlanHasNoOutcomesAndWritesNothing() throws IOException {
    Scene.Ran ran = scene.run("plan", "--json");

    assertThat(ran.out()).contains("\"command\" : \"plan\"").doesNotContain("outcomes");
    assertThat(scene.root()).isEmptyDirectory();
  }

  @Test
  void whatIsInTheWayIsADiagnosticWithItsPlace() throws IOException {
    Files.writeString(scene.live("/etc/motd"), "mine");

    assertThat(scene.run("plan", "--json").out())
        .contains(
            """
              "diagnostics" : [ {
                "severity" : "error",
                "summary" : "Conflicting resource",
            """)
        .contains("\"file\" : \"reconcile.yaml\",\n    \"line\" : 3,\n    \"column\" : 3")
        .contains("\"exit_code\" : 1");
  }

  @Test
  void secretsAreNotInTheReport() throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {path: /srv/shop}\nsite: false\nsecrets: {KEY: /etc/keys/shop}\n");
    Files.createDirectories(scene.live("/srv/shop/x").getParent());
    Files.writeString(scene.live("/etc/keys/shop"), "s3cret");
    Path report = scene.root().resolve("var/lib/reconcile/last-run.json");

    assertThat(scene.run("apply", "--json").out()).doesNotContain("s3cret").contains("secrets.env");
    assertThat(Files.readString(report)).doesNotContain("s3cret");
    Files.delete(scene.repo("apps/shop.yaml"));
    assertThat(scene.run("apply", "--json", "--max-prune", "9").out())
        .doesNotContain("s3cret")
        .contains("secrets.env");
    assertThat(Files.readString(report)).doesNotContain("s3cret");
  }
}
