// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that find out at small cost that there is nothing to do. */
class NoopCheckTest {
  private static final long LONGER_THAN_THE_MARGIN_MILLIS = 1100;
  private static final String SITE = "/etc/nginx/sites-available/shop";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void deploy() throws IOException {
    scene = new Scene(temp);
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.repo("apps/shop.yaml"), "source: {folder: src/shop}\n");
    Files.writeString(scene.repo("src/shop/main.py"), "app = None\n");
    Files.writeString(scene.repo("src/shop/requirements.txt"), "Flask\n");
    assertThat(run("apply").code()).isEqualTo(ExitCode.OK);
    settle();
  }

  private Scene.Ran run(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--repo", "file://" + temp.resolve("repo")));
    return scene.run(line.toArray(String[]::new));
  }

  // so that the next run with nothing to do can write down what it has seen
  private static void settle() {
    try {
      Thread.sleep(LONGER_THAN_THE_MARGIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path record() {
    return scene.root().resolve("var/lib/reconcile/unchanged");
  }

  private Path cache() {
    return scene.root().resolve("var/lib/reconcile/repo.git");
  }

  /** Runs, and tells whether the commit was read: without its cache it is fetched again. */
  private boolean looksInFull(String... words) throws IOException {
    Path aside = temp.resolve("aside");
    Files.move(cache(), aside);
    Scene.Ran ran = run(words);
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).contains("No changes: ");
    boolean full = Files.exists(cache());
    if (full) {
      try (var files = Files.walk(cache())) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
    Files.move(aside, cache());
    return full;
  }

  @Test
  void theThirdRunKnows() throws Exception {
    Scene.Ran second = run("apply");
    assertThat(record()).exists();
    assertThat(Files.getAttribute(record(), "unix:mode")).isEqualTo(0100600);
    assertThat(looksInFull("apply")).isFalse();
    Scene.Ran third = run("apply");
    assertThat(third.text()).isEqualTo(second.text());
    assertThat(run("apply", "--json").out())
        .contains("\"changes\" : false", "\"unchanged\" : ", "\"outcomes\" : [ ]");
  }

  @Test
  void warningsAreRepeatedAndCostNothing() throws Exception {
    Files.writeString(
        scene.repo("apps/shop.yaml"), "source: {folder: src/shop}\ngunicorn: {bind: port}\n");
    assertThat(run("apply").code()).isEqualTo(ExitCode.OK);
    settle();
    Scene.Ran second = run("apply");
    assertThat(second.err())
        .contains("Allocations missing from the repo", "a number for shop", "reconcile allocate");
    assertThat(looksInFull("apply")).isFalse();
    assertThat(run("apply").text()).isEqualTo(second.text());
    assertThat(run("apply", "--json").out()).contains("Allocations missing from the repo");
    assertThat(run("plan").err()).contains("Allocations missing from the repo");
  }

  @Test
  void aPlanKnowsTooAndWritesNothing() throws Exception {
    run("apply");
    FileTime before = Files.getLastModifiedTime(record());
    Scene.Ran plan = run("plan", "--detailed-exitcode");
    assertThat(plan.out()).contains("No changes: ");
    assertThat(plan.code()).isEqualTo(ExitCode.OK);
    assertThat(Files.getLastModifiedTime(record())).isEqualTo(before);
  }

  @Test
  void aPlanWritesNoRecord() throws Exception {
    run("plan");
    assertThat(record()).doesNotExist();
  }

  @Test
  void anEditThatKeepsSizeAndTimeIsRepaired() throws Exception {
    run("apply");
    Path site = scene.live(SITE);
    String before = Files.readString(site);
    FileTime time = Files.getLastModifiedTime(site);
    Files.writeString(site, before.replace("listen 80", "listen 81"));
    Files.setLastModifiedTime(site, time);
    Scene.Ran again = run("apply", "-v");
    assertThat(again.err()).contains("not as before: ROOT" + SITE);
    assertThat(again.out()).contains("file " + SITE + " ");
    assertThat(site).hasContent(before);
  }

  @Test
  void aSiteThatSomebodyAddsIsLookedAt() throws Exception {
    run("apply");
    Files.writeString(
        scene.live("/etc/nginx/sites-enabled/other"), "server { listen 80; server_name shop; }\n");
    assertThat(run("plan").text())
        .contains("conflict /etc/nginx/sites-enabled/other", "Until then shop stays as it is.");
  }

  @Test
  void aNewCommitIsApplied() throws Exception {
    run("apply");
    Files.writeString(scene.repo("src/shop/main.py"), "app = 1\n");
    assertThat(run("apply").out()).contains("checkout");
  }

  @Test
  void otherOptionsAreAnotherQuestion() throws Exception {
    run("apply");
    assertThat(looksInFull("apply", "--only", "shop")).isTrue();
    assertThat(looksInFull("apply", "--only", "shop")).as("the answer is kept").isFalse();
    assertThat(run("apply", "--only", "none").code()).isEqualTo(ExitCode.USAGE);
    assertThat(looksInFull("apply")).as("one answer is kept").isTrue();
  }

  @Test
  void anotherMemoryIsLookedAt() throws Exception {
    run("apply");
    Path state = scene.live("/var/lib/reconcile/state.json");
    Files.copy(state, temp.resolve("state"));
    Files.move(temp.resolve("state"), state, StandardCopyOption.REPLACE_EXISTING);
    assertThat(looksInFull("apply")).isTrue();
  }

  @Test
  void aRecordThatMakesNoSenseIsNotBelieved() throws Exception {
    run("apply");
    List<String> whole = Files.readAllLines(record());
    for (int lines = 0; lines < 7; lines++) {
      Files.write(record(), whole.subList(0, lines));
      assertThat(looksInFull("apply")).as(lines + " lines").isTrue();
    }
    List<String> strange = new ArrayList<>(whole);
    strange.set(3, "many");
    Files.write(record(), strange);
    assertThat(looksInFull("apply")).isTrue();
    strange = new ArrayList<>(whole);
    strange.add("?1 /etc/passwd");
    Files.write(record(), strange);
    assertThat(looksInFull("apply")).isTrue();
  }

  @Test
  void whatIsToBeSaidEachTimeIsSaidEachTime() throws Exception {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {folder: src/shop}\nsite: {access_log: [/var/log/a.log, /var/log/a.log]}\n");
    run("apply");
    settle();
    String first = run("apply").text();
    assertThat(run("apply").text()).isEqualTo(first);
  }

  @Test
  void aWarningThatFollowsFromTheCommitMakesNoRunDearer() throws Exception {
    Files.writeString(
        scene.repo("apps/shop.yaml"), "source: {folder: src/shop}\nenv: {PORT: 80, A: &b c}\n");
    assertThat(run("apply").err()).contains("Overridden variable", "Unused anchor");
    settle();
    assertThat(run("apply").err()).contains("Overridden variable", "Unused anchor");
    assertThat(looksInFull("apply")).isFalse();
  }

  @Test
  void aDirectoryIsLookedAtInFull() throws Exception {
    scene.run("apply");
    settle();
    scene.run("apply");
    Files.writeString(temp.resolve("repo/news"), "not committed\n");
    assertThat(scene.run("apply").err()).contains("Uncommitted changes");
  }
}
