// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requirements in the sources of apps: what is right is planned, a mistake is that app's alone. */
final class RequirementsTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeApps() throws IOException {
    scene = new Scene(temp);
    write("reconcile.yaml", "version: 1\n");
    write("apps/shop.yaml", "source: {folder: src/shop}\n");
    write("apps/other.yaml", "source: {folder: src/other}\nenv: {A: b}\n");
    write("src/shop/main.py", "");
    write("src/other/main.py", "");
    write("src/base.txt", "outside\n");
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }

  private void link(String path, String target) throws IOException {
    Files.createSymbolicLink(scene.repo(path), Path.of(target));
  }

  @Test
  void includesAndLinksWithinAreRight() throws Exception {
    write("src/shop/requirements/prod.txt", "-r ../base.txt\n-c ./limits.txt\n");
    write("src/shop/requirements/limits.txt", "x==1\n");
    write("src/shop/base.txt", "x\n");
    write("src/shop/all.txt", "-r ./requirements/prod.txt\n-r link/prod.txt\n");
    link("src/shop/requirements.txt", "all.txt");
    link("src/shop/link", "requirements");
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).as(plan.text()).isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-r ../base.txt | Path outside the source",
        "-c /etc/passwd | Path outside the source",
        "-r https://h.example/r.txt | Requirements from an address",
        "-r missing.txt | No such requirements file",
        "-r large.txt | File too large",
        "-r sub | Requirements not readable",
        "--hash=x -r requirements.txt | Requirements that include themselves",
        "./../other | Path outside the source"
      })
  void mistakeHoldsItsAppAlone(String line, String summary) throws Exception {
    write("src/shop/requirements.txt", "Flask\n" + line + "\n");
    write("src/shop/large.txt", "#".repeat(1_200_000));
    write("src/shop/sub/x", "");
    Scene.Ran apply = scene.run("apply");
    assertThat(apply.code()).as(apply.text()).isEqualTo(ExitCode.ROLLED_BACK);
    assertThat(apply.text())
        .contains("Error: " + summary, "on requirements.txt line 2:", "shop: ", line);
    assertThat(scene.live("/etc/gunicorn/other.env")).exists();
    assertThat(scene.live("/etc/gunicorn/shop.env")).doesNotExist();
  }

  @Test
  void fileThatAFolderDoesNotHaveHoldsItsAppAlone() throws Exception {
    write("apps/shop.yaml", "source: {folder: src/shop}\nvenv: {requirements: reqs.txt}\n");
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).isEqualTo(ExitCode.ROLLED_BACK);
    assertThat(plan.text()).contains("No such requirements file", "apps/shop.yaml line 2");
  }

  @Test
  void directoryThatNobodyManagesIsReadWithinItself() throws Exception {
    write("apps/shop.yaml", "source: {path: /srv/shop}\n");
    Files.writeString(scene.live("/srv/shop/requirements.txt"), "-r more.txt\n");
    Files.writeString(scene.live("/srv/secret.txt"), "topsecret\n");
    Files.createSymbolicLink(scene.live("/srv/shop/more.txt"), Path.of("../secret.txt"));
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).as(plan.text()).isEqualTo(ExitCode.ROLLED_BACK);
    assertThat(plan.text())
        .contains("Requirements not readable", "on requirements.txt line 1", "leads out of")
        .doesNotContain("topsecret");
  }

  @Test
  void directoryBehindALinkOfItsUserIsRead() throws Exception {
    write("apps/shop.yaml", "source: {path: /srv/x/current/app}\n");
    write("apps/other.yaml", "source: {path: /srv/x/current/app}\n");
    for (String release : List.of("7", "8")) {
      Files.writeString(
          scene.live("/srv/x/releases/" + release + "/app/requirements.txt"),
          "-e file:///srv/x/current/app\n-r more.txt\n");
      Files.writeString(scene.live("/srv/x/releases/" + release + "/app/more.txt"), "Flask\n");
    }
    deploy("releases/7");
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).as(plan.text()).isEqualTo(ExitCode.OK);
    assertThat(plan.text()).contains("+WorkingDirectory=/srv/x/current/app");

    deploy("releases/9");
    assertThat(scene.run("plan").text()).contains("Warning: Source not found");

    Files.writeString(scene.live("/srv/secret.txt"), "topsecret\n");
    Files.delete(scene.live("/srv/x/releases/8/app/more.txt"));
    Files.createSymbolicLink(
        scene.live("/srv/x/releases/8/app/more.txt"), Path.of("../../../../secret.txt"));
    deploy("releases/8");
    assertThat(scene.run("plan").text()).contains("leads out of").doesNotContain("topsecret");
  }

  private void deploy(String target) throws IOException {
    Path link = scene.live("/srv/x/current");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(target));
    if (System.getProperty("user.name").equals("root")) {
      Files.setAttribute(link, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
    }
  }

  @Test
  void keyIsPartOfASource() throws Exception {
    write("apps/shop.yaml", "source: {folder: src/shop, key: /etc/reconcile/keys/shop}\n");
    assertThat(scene.run("validate").code()).isEqualTo(ExitCode.OK);
    write("apps/shop.yaml", "source: {folder: src/shop, key: keys/shop}\n");
    Scene.Ran validate = scene.run("validate");
    assertThat(validate.code()).isEqualTo(ExitCode.INVALID);
    assertThat(validate.text()).contains("must be an absolute path");
    write("apps/shop.yaml", "source: {folder: src/shop}\nuser: reconcile-build3\n");
    assertThat(scene.run("validate").text())
        .contains("User reserved for builds", "apps/shop.yaml line 2");
  }
}
