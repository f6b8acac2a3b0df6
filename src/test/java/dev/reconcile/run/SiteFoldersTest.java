// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host on which somebody made sites-enabled a link to sites-available. */
class SiteFoldersTest {
  private static final String SUMMARY = "Same folder for sites-enabled and sites-available";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeRepo() throws IOException {
    scene = new Scene(temp);
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.repo("apps/shop.yaml"), "source: {folder: src/shop}\n");
    Files.writeString(scene.repo("src/shop/main.py"), "app = None\n");
  }

  private void makeOneFolder() throws IOException {
    Path available = scene.live("/etc/nginx/sites-available");
    Files.createDirectories(available);
    Files.createSymbolicLink(scene.live("/etc/nginx/sites-enabled"), available.getFileName());
  }

  private void assertRefused(String... words) throws IOException {
    Scene.Ran ran = scene.run(words);
    assertThat(ran.text())
        .contains(SUMMARY, "rm /etc/nginx/sites-enabled && mkdir", "shop stays as it is")
        .doesNotContain("--take-over");
    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aFreshHost() throws Exception {
    makeOneFolder();
    assertRefused("plan");
    assertRefused("apply");
    assertThat(scene.live("/etc/nginx/sites-available/shop")).doesNotExist();
  }

  @Test
  void aHostThatWasConverged() throws Exception {
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
    Files.delete(scene.live("/etc/nginx/sites-enabled/shop"));
    Files.delete(scene.live("/etc/nginx/sites-enabled"));
    makeOneFolder();
    assertRefused("plan");
    assertRefused("apply");
    assertThat(scene.live("/etc/nginx/sites-available/shop")).isRegularFile();
  }
}
