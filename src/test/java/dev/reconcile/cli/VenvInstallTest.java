// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys that say what is installed, as people write and miswrite them. */
final class VenvInstallTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeApp() throws IOException {
    scene = new Scene(temp);
    write("reconcile.yaml", "version: 1\n");
    write("src/shop/main.py", "");
    write("src/shop/requirements.txt", "Flask\n");
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{install: auto, requirements: requirements.txt} | Requirements named twice",
        "{install: [none, requirements.txt]} | List with more than files",
        "{install: [uv.lock, requirements.txt]} | List with more than files",
        "{install: backend/poetry.lock} | Lock in a folder",
        "{install: ../requirements.txt} | must be auto, none",
        "{wheels: vendor, index: {url: 'https://i.example/'}} | Wheels and an index",
        "{index: {url: 'https://me:pw@i.example/'}} | without user and password",
        "{index: {url: 'http://i.example/'}} | must be the https address",
        "{index: {url: 'https://i.example/', user: me}} | Login without user or password",
        "{index: {user: me, password: /etc/x}} | Password without an index",
        "{extras: 'a b'} | the name of an extra"
      })
  void mistakeNamesItsPlace(String venv, String message) throws Exception {
    write("apps/shop.yaml", "source: {folder: src/shop}\nvenv: " + venv + "\n");
    Scene.Ran validate = scene.run("validate");
    assertThat(validate.code()).as(validate.text()).isEqualTo(ExitCode.INVALID);
    assertThat(validate.text()).contains(message, "apps/shop.yaml line 2").doesNotContain("me:pw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{install: none} | 0",
        "{install: requirements.txt} | 0",
        "{install: missing.txt} | 3",
        "{install: .} | 3",
        "{install: [requirements.txt, more.txt], constraints: limits.txt} | 0",
        "{install: requirements.txt, constraints: gone.txt} | 3",
        "{install: requirements.txt, extras: a} | 3",
        "{index: {url: 'http://127.0.0.1:8071/simple/', user: me, password: /etc/x}} | 0"
      })
  void fileThatIsNamedMustBeThere(String venv, int code) throws Exception {
    write("apps/shop.yaml", "source: {folder: src/shop}\nvenv: " + venv + "\n");
    write("src/shop/more.txt", "click\n");
    write("src/shop/limits.txt", "click==8\n");
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code().number()).as(plan.text()).isEqualTo(code);
  }

  @Test
  void lockBesideRequirementsIsNamed() throws Exception {
    write("apps/shop.yaml", "source: {folder: src/shop}\n");
    write("src/shop/Pipfile.lock", "{}");
    assertThat(scene.run("plan").text())
        .contains("Notice: Lock file not used", "Pipfile.lock beside requirements.txt");
    write("apps/shop.yaml", "source: {folder: src/shop}\nvenv: {install: requirements.txt}\n");
    assertThat(scene.run("plan").text()).doesNotContain("Lock file not used");
  }

  @Test
  void furtherIndexWithoutHashesIsWarnedOf() throws Exception {
    write(
        "apps/shop.yaml",
        "source: {folder: src/shop}\nvenv: {index: {url: 'https://i.example/', extra: 'https://pypi.org/simple/'}}\n");
    assertThat(scene.run("plan").text())
        .contains("Warning: Further index without hashes", "apps/shop.yaml line 2");
    write("src/shop/requirements.txt", "gunicorn==1 --hash=sha256:00\n");
    assertThat(scene.run("plan").text()).doesNotContain("Further index");
  }
}
