// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back to what earlier runs made, under a root directory: three runs, two apps. */
final class RollbackTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void threeRuns() throws IOException {
    scene = new Scene(temp);
    write("reconcile.yaml", "version: 1\n");
    shop(1);
    app("blog", "1");
    converge();
    shop(2);
    converge();
    shop(3);
    app("blog", "3");
    converge();
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }

  private void shop(int version) throws IOException {
    write("src/shop/main.py", "app = " + version + "\n");
    app("shop", "" + version);
  }

  private void app(String name, String version) throws IOException {
    scene.repo("src/" + name + "/x");
    write("src/" + name + "/requirements.txt", "");
    write(
        "apps/" + name + ".yaml",
        "source: {folder: src/" + name + "}\nsite: false\nenv: {VERSION: '" + version + "'}\n");
  }

  private void converge() throws IOException {
    Scene.Ran ran = scene.run("apply");
    assertThat(ran.code()).describedAs(ran.text()).isEqualTo(ExitCode.OK);
  }

  private Scene.Ran command(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--root", scene.root().toString()));
    if (!words[0].equals("history")) {
      line.addAll(List.of("--config", scene.config().toString()));
    }
    return scene.run(line, Map.of());
  }

  private String version(String app) throws IOException {
    return Files.readString(scene.live("/etc/gunicorn/" + app + ".env"))
        .lines()
        .filter(line -> line.startsWith("VERSION="))
        .findFirst()
        .orElse("none");
  }

  private String code() throws IOException {
    Path tree = Files.readSymbolicLink(scene.live("/usr/share/nginx/shop"));
    return Files.readString(scene.live(tree + "/main.py"));
  }

  private List<String> runs() throws IOException {
    return command("history").out().lines().map(line -> line.split(" ", -1)[0]).toList();
  }

  @Test
  void anAppGoesBackAndStaysThereUntilItChanges() throws IOException {
    Scene.Ran back = command("rollback", "shop");

    assertThat(back.code()).describedAs(back.text()).isEqualTo(ExitCode.OK);
    assertThat(back.text())
        .contains("Notice: App in quarantine", "shop is held since 20")
        .contains("\n    reconcile apply --root ROOT --only shop\n");
    assertThat(version("shop")).isEqualTo("VERSION=\"2\"");
    assertThat(code()).isEqualTo("app = 2\n");
    assertThat(version("blog")).isEqualTo("VERSION=\"3\"");
    assertThat(command("history").out().lines().filter(line -> line.contains("rollback:")))
        .singleElement()
        .isEqualTo(command("history").out().lines().findFirst().orElseThrow())
        .asString()
        .endsWith("  rollback: changed shop");
    assertThat(command("history", "--json").out())
        .containsOnlyOnce("\"command\" : \"rollback\"")
        .contains("\"command\" : \"apply\"");

    Scene.Ran next = scene.run("apply");
    assertThat(next.code()).isEqualTo(ExitCode.ROLLED_BACK);
    assertThat(next.out())
        .contains("shop is held since 20", "Reason: rolled back by hand to ")
        .contains("\n    reconcile apply --root ROOT --only shop\n")
        .containsPattern("No changes: [0-9]+ resources are up to date, 1 app held\\.\n");
    assertThat(version("shop")).isEqualTo("VERSION=\"2\"");

    shop(4);
    converge();
    assertThat(version("shop")).isEqualTo("VERSION=\"4\"");
    assertThat(scene.run("plan").out()).contains("No changes");
  }

  @Test
  void statusJudgesAHeldAppByWhatIsApplied() throws IOException {
    settings("gunicorn: {workers: 3}\n");
    converge();
    settings("gunicorn: {workers: 5, bind: port}\nsite: {server_name: other.example}\n");
    converge();
    String run = runs().getFirst();

    assertThat(command("rollback", "shop").code()).isEqualTo(ExitCode.OK);

    Scene.Ran json = command("status", "--json");
    assertThat(json.out())
        .contains("\"workers_configured\" : 3", "unix:/run/shop_gunicorn.sock")
        .doesNotContain("\"workers_configured\" : 5", "other.example");
    String text = command("status").out();
    assertThat(text.replaceAll("\\s+", " "))
        .contains("! shop is held since 20", "Reason: rolled back by hand to ")
        .doesNotContain(run)
        .endsWith("Unhealthy: 1 of 2 apps, 1 app held ");
    assertThat(text).contains("\n    reconcile apply --root ROOT --only shop\n", " held ");
  }

  private void settings(String more) throws IOException {
    String site = more.contains("site:") ? "" : "site: false\n";
    write("apps/shop.yaml", "source: {folder: src/shop}\n" + site + more);
  }

  @Test
  void anAppGoesBackToTheEndOfARun() throws IOException {
    String first = runs().getLast();
    Scene.Ran back = command("rollback", "shop", "--to", first);

    assertThat(back.code()).describedAs(back.text()).isEqualTo(ExitCode.OK);
    assertThat(version("shop")).isEqualTo("VERSION=\"1\"");
    assertThat(code()).isEqualTo("app = 1\n");
  }

  @Test
  void goingBackTwiceIsGoingForth() throws IOException {
    command("rollback", "shop");
    Scene.Ran forth = command("rollback", "shop");

    assertThat(forth.code()).describedAs(forth.text()).isEqualTo(ExitCode.OK);
    assertThat(version("shop")).isEqualTo("VERSION=\"3\"");
    converge();
  }

  @Test
  void withoutANameEveryAppOfTheLastRunGoesBack() throws IOException {
    Scene.Ran back = command("rollback");

    assertThat(back.code()).describedAs(back.text()).isEqualTo(ExitCode.OK);
    assertThat(version("shop")).isEqualTo("VERSION=\"2\"");
    assertThat(version("blog")).isEqualTo("VERSION=\"1\"");
  }

  @Test
  void aDryRunOnlyShows() throws IOException {
    List<String> before = runs();
    Scene.Ran back = command("rollback", "shop", "--dry-run");

    assertThat(back.out()).contains("-VERSION=\"3\"", "+VERSION=\"2\"");
    assertThat(version("shop")).isEqualTo("VERSION=\"3\"");
    assertThat(runs()).isEqualTo(before);
    converge();
  }

  @Test
  void historyTellsWhatBecameOfWhichApp() throws IOException {
    assertThat(command("history").out().lines())
        .hasSize(3)
        .first()
        .asString()
        .matches("[0-9TZ]+-\\S+  [0-9a-f]{12}  changed blog, shop");
    assertThat(command("history", "--json").out())
        .contains("\"name\" : \"/etc/gunicorn/shop.env\"")
        .doesNotContain("VERSION", "content");
  }

  @Test
  void aFailedRunEndsWithItsNameThatHistoryKnows() throws IOException {
    write("apps/blog.yaml", "source: {folder: src/blog}\nsiet: false\n");
    Scene.Ran failed = scene.run("apply");
    assertThat(failed.code()).isEqualTo(ExitCode.INVALID);
    assertThat(failed.out()).matches("Run: [0-9TZ]+-[0-9a-f]{16}\n");

    String run = failed.out().substring("Run: ".length()).strip();
    assertThat(command("history", run).out())
        .isEqualTo(run + "  changed nothing, exit code 65\n  Unknown key\n");
    assertThat(command("history", run, "--json").out()).contains("\"runs\" : [ ]");

    app("blog", "4");
    converge();
    assertThat(command("history", run).text())
        .contains("No such run", "\n    reconcile history --root ROOT\n", "exit 64");
  }

  @Test
  void mistakesSayWhatIsPossible() throws IOException {
    assertThat(command("rollback", "shop", "--to", "yesterday").text())
        .contains("No such run", "reconcile history", "exit 64");
    assertThat(command("rollback", "shpo").text())
        .contains("No such app", "Did you mean \"shop\"?", "exit 64");
    assertThat(command("rollback", "shop", "--to", runs().getFirst()).text())
        .contains("shop has not changed since", "exit 1");
  }
}
