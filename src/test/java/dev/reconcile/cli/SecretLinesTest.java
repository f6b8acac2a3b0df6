// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The line break at the end of a secret's file, of whatever system, is no part of the value. */
final class SecretLinesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"s3cret\\n, OK", "s3cret\\r\\n, OK", "s3cret, OK", "s3cret\\r, ROLLED_BACK"})
  void lineBreakIsNoPartOfTheValue(String text, ExitCode code) throws IOException {
    Scene scene = new Scene(temp);
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.repo("src/shop/main.py"), "app = 1\n");
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {folder: src/shop}\nsite: false\nsecrets: {KEY: /etc/keys/a}\n");
    Files.createDirectories(scene.live("/etc/keys"));
    Files.writeString(scene.live("/etc/keys/a"), text.translateEscapes());

    Scene.Ran ran = scene.run("apply");

    assertThat(ran.code()).as(ran.text()).isEqualTo(code);
    if (code == ExitCode.OK) {
      assertThat(Files.readString(scene.live("/etc/gunicorn/shop.secrets.env")))
          .contains("KEY=\"s3cret\"\n");
    }
  }
}
