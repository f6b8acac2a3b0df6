// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server name passes to another app from one that has left the repo and is kept. */
final class KeptGiverTest {
  private static final String HELD = "App kept until another app gives way";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void deployShop() throws IOException {
    scene = new Scene(temp);
    Files.writeString(scene.repo("src/shop/main.py"), "app = None\n");
    app("shop");
    base("");
  }

  private void base(String more) throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n" + more);
  }

  private void app(String name) throws IOException {
    Files.writeString(
        scene.repo("apps/" + name + ".yaml"),
        "source: {folder: src/shop}\nsite: {server_name: shop.test}\n");
  }

  private void rename() throws IOException {
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
    Files.delete(scene.repo("apps/shop.yaml"));
    app("market");
  }

  private String held(String... words) throws IOException {
    Scene.Ran ran = scene.run(words);
    assertThat(ran.code()).isEqualTo(ExitCode.ROLLED_BACK);
    assertThat(ran.text()).contains(HELD);
    return ran.text().replaceAll("\\s+", " ");
  }

  @Test
  void withoutPruningTheOptionIsNamed() throws IOException {
    rename();

    assertThat(held("plan", "--no-prune"))
        .contains("shop.test from shop, which has left the repo and is kept by --no-prune.");
    assertThat(held("apply", "--no-prune")).contains("is kept by --no-prune.");
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void theKeyThatProtectsItIsNamedAndThenTheWayToEndIt() throws IOException {
    base("protect: [shop]\n");
    rename();

    assertThat(held("plan"))
        .contains("from shop, which has left the repo and is kept by protect: [shop].");
    assertThat(held("apply")).contains("is kept by protect: [shop].");

    base("");
    assertThat(held("apply"))
        .contains("from shop, which has left the repo and is still protected.")
        .contains("Protected app missing from the repo", "pass --max-prune 1");
    assertThat(held("plan")).contains("pass --max-prune 1");
    assertThat(scene.run("apply", "--max-prune", "1").code()).isEqualTo(ExitCode.OK);
  }
}
