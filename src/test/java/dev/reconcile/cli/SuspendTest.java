// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While it is suspended, an apply does nothing, and says so. */
final class SuspendTest {
  private static final Map<String, String> ANN = Map.of("SUDO_USER", "ann");

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    motd("hello");
  }

  private void motd(String text) throws IOException {
    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nfiles: {/etc/motd: {content: " + text + "}}\n");
  }

  private Scene.Ran run(String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--root", scene.root().toString()));
    return scene.run(line, ANN);
  }

  private Scene.Ran suspend() {
    return run("suspend", "--reason", "moving the \"database\"");
  }

  @Test
  void anApplyDoesNothingUntilItIsResumed() throws IOException {
    scene.run("apply");
    assertThat(suspend().text()).isEqualTo("Suspended: moving the \"database\"\nexit 0\n");
    motd("changed");
    SortedMap<String, String> before = scene.snapshot();

    Scene.Ran ran = scene.run("apply", "--detailed-exitcode");

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("Notice: Suspended")
        .contains("by ann on 20", "moving the \"database\"", "reconcile resume");
    assertThat(scene.snapshot()).isEqualTo(before);
    assertThat(scene.run("apply", "--quiet").text()).isEqualTo("exit 0\n");

    Scene.Ran resumed = run("resume");
    assertThat(resumed.out()).startsWith("Resumed (suspended since 20").contains("moving");
    assertThat(scene.look("/var/lib/reconcile/suspended")).isEqualTo("absent\n");
    assertThat(scene.run("apply").out()).contains("file /etc/motd updated");
    assertThat(run("resume").out()).contains("No changes: not suspended.");
  }

  @Test
  void aPlanWorksAndSaysSo() throws IOException {
    scene.run("apply");
    suspend();
    motd("changed");
    for (String[] words : List.of(new String[] {"plan"}, new String[] {"apply", "--dry-run"})) {
      Scene.Ran ran = scene.run(words);
      assertThat(ran.out()).contains("update file /etc/motd");
      assertThat(ran.err()).contains("Notice: Suspended");
    }
    assertThat(scene.run("plan", "--json").out())
        .contains("\"suspended\" : {", "\"by\" : \"ann\"", "\"action\" : \"update\"");
  }

  @Test
  void anApplyThatWouldKnowThatThereIsNothingToDoIsSuspendedToo() throws Exception {
    String[] apply = {"apply", "--repo", "file://" + temp.resolve("repo")};
    scene.run(apply);
    Thread.sleep(1100); // so that the next run writes down what it has seen
    scene.run(apply);
    assertThat(scene.root().resolve("var/lib/reconcile/unchanged")).exists();
    assertThat(scene.run(apply).out()).contains("No changes");
    suspend();
    assertThat(scene.run(apply).text())
        .startsWith("Notice: Suspended")
        .doesNotContain("No changes");
    run("resume");
    assertThat(scene.run(apply).out()).contains("No changes");
  }

  @Test
  void itIsInTheReportAndTheMetrics() throws IOException {
    Files.createDirectories(scene.root().resolve("m"));
    scene.run("apply", "--metrics", "/m/x.prom");
    String success = success();
    suspend();
    Scene.Ran ran = scene.run("apply", "--json", "--metrics", "/m/x.prom");
    assertThat(ran.out())
        .contains("\"suspended\" : {", "\"exit_code\" : 0")
        .doesNotContain("\"plan\"");
    assertThat(scene.root().resolve("var/lib/reconcile/last-run.json")).content().contains("ann");
    assertThat(scene.root().resolve("m/x.prom")).content().contains("\nreconcile_suspended 1\n");
    assertThat(success()).as("it is no success").isEqualTo(success);
    run("resume");
    scene.run("apply", "--metrics", "/m/x.prom");
    assertThat(scene.root().resolve("m/x.prom")).content().contains("\nreconcile_suspended 0\n");
  }

  private String success() throws IOException {
    return Files.readAllLines(scene.root().resolve("m/x.prom")).stream()
        .filter(line -> line.startsWith("reconcile_last_success_timestamp_seconds "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aReasonMustBeGivenAndAnotherTakesItsPlace() throws IOException {
    for (String[] words :
        List.of(
            new String[] {"suspend"},
            new String[] {"suspend", "--reason", " "},
            new String[] {"suspend", "--reason", "two\nlines"})) {
      assertThat(run(words).text()).contains("Error: Missing reason", "exit 64");
    }
    assertThat(scene.look("/var/lib/reconcile/suspended")).isEqualTo("absent\n");
    suspend();
    run("suspend", "--reason", "still moving");
    assertThat(scene.run("apply").err()).contains("still moving").doesNotContain("database");
  }

  @Test
  void aWordThatIsNotToBeUnderstoodHolds() throws IOException {
    Files.writeString(scene.live("/var/lib/reconcile/suspended"), "");
    assertThat(scene.run("apply").err()).contains("Notice: Suspended");
    assertThat(scene.root().resolve("etc/motd")).doesNotExist();
  }

  @Test
  void theStatusTellsOfItAlsoAfterARunThatDidNothing() throws IOException {
    scene.run("apply");
    suspend();
    scene.run("apply");
    Scene.Ran ran = run("status");
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains("Suspended by ann on 20", ": moving the \"database\"", " Healthy ");
    run("resume");
    assertThat(run("status").out()).doesNotContain("Suspended");
  }

  @Test
  void aRunInProgressIsNamed() throws Exception {
    scene.run("apply");
    try (OtherRun _ = new OtherRun(scene.root())) {
      Scene.Ran ran = suspend();
      assertThat(ran.code()).isEqualTo(ExitCode.OK);
      assertThat(ran.err()).contains("Notice: Run in progress", "held by pid");
    }
  }
}
