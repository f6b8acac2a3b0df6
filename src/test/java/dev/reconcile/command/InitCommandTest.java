// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Json;
import dev.reconcile.cli.Scene;
import dev.reconcile.desired.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repo to begin with works as it is. */
final class InitCommandTest {
  private static final Pattern MODELINE =
      Pattern.compile("# yaml-language-server: \\$schema=(\\S+)\n");

  @TempDir Path temp;
  private Scene scene;
  private Path repo;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    repo = scene.repo("x").getParent();
  }

  @Test
  void itIsValidAndBecomesAnApp() throws IOException {
    Scene.Ran init = scene.run("init", repo.toString());
    assertThat(init.code()).as(init.text()).isEqualTo(ExitCode.OK);
    assertThat(init.out())
        .contains("REPO/reconcile.yaml written", "git init && git add", "reconcile validate");

    assertThat(scene.run("validate").text()).isEqualTo("Valid: 1 app.\nexit 0\n");
    scene.repo("x"); // to be committed
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
    assertThat(scene.look("/etc/nginx/sites-enabled/hello")).startsWith("link -> ");
    assertThat(scene.look("/etc/nginx/sites-available/hello"))
        .contains("server_name hello.example");
    assertThat(scene.look("/usr/share/nginx/hello/main.py")).contains("Hello from reconcile");
    assertThat(scene.run("apply").out()).contains("No changes");
  }

  @Test
  void whatIsCommentedOutIsValidToo() throws IOException {
    scene.run("init", repo.toString());
    Path app = repo.resolve("apps/hello.yaml");
    String all =
        Files.readString(app)
            .lines()
            .filter(line -> !line.matches("# (yaml-|An app|source:|The app).*|#"))
            .map(line -> line.replaceFirst("^( *)# ", "$1"))
            .reduce("", (a, b) -> a + b + "\n");
    Files.writeString(app, all);
    assertThat(all).contains("\n  tls:\n", "\nsecrets: ", "\n  static: ");
    assertThat(scene.run("validate").text()).isEqualTo("Valid: 1 app.\nexit 0\n");

    Path main = repo.resolve("reconcile.yaml");
    String host =
        Files.readString(main)
            .lines()
            .filter(line -> !line.matches("# (yaml-|[A-Z]).*|#"))
            .map(line -> line.replaceFirst("^# ", ""))
            .reduce("", (a, b) -> a + b + "\n");
    Files.writeString(main, host);
    Files.writeString(scene.repo("files/backlog.conf"), "net.core.somaxconn = 4096\n");
    Files.writeString(
        scene.repo("files/backup.timer"),
        "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n");
    assertThat(host).contains("\ndefaults:\n", "\nfiles:\n", "\nunits:\n", "\nprotect: ");
    assertThat(scene.run("validate").text()).isEqualTo("Valid: 1 app.\nexit 0\n");
  }

  @Test
  void itsFilesNameTheSchemaThatTheyHave() throws IOException {
    scene.run("init", repo.toString());
    for (String file : List.of("reconcile.yaml", "apps/hello.yaml")) {
      Path path = repo.resolve(file);
      Matcher modeline = MODELINE.matcher(Files.readString(path));
      assertThat(modeline.lookingAt()).isTrue();
      String schema = Files.readString(path.resolveSibling(modeline.group(1)));
      String json =
          Json.of(YamlReader.read(file, Files.readAllBytes(path), new ArrayList<>()).orElseThrow());
      assertThat(Json.validator(schema).apply(json)).isEmpty();
      assertThat(Json.validator(schema).apply(json.replaceFirst("\\{", "{\"x\":1,"))).isNotEmpty();
    }
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Files.writeString(scene.repo("apps/hello.yaml"), "mine");
    Scene.Ran ran = scene.run("init", repo.toString());
    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("File exists", "REPO/apps/hello.yaml is there");
    assertThat(repo.resolve("apps/hello.yaml")).hasContent("mine");
    assertThat(repo.resolve("reconcile.yaml")).doesNotExist();
  }

  @Test
  void whatElseIsInTheFolderStays() throws IOException {
    Files.writeString(scene.repo("README"), "mine");
    scene.commit();
    Scene.Ran ran = scene.run(List.of("init", repo + "/"), Map.of());
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).contains("  git add").doesNotContain("git init");
    assertThat(repo.resolve("README")).hasContent("mine");
  }
}
