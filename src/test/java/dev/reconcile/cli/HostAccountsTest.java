// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys {@code users} and {@code units}, as people write and miswrite them. */
final class HostAccountsTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    write("apps/shop.yaml", "source: {folder: src/shop}\n");
    write("src/shop/main.py", "");
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(scene.repo(path), text);
  }

  @Test
  void usersAndUnitsOfPackages() throws Exception {
    write("reconcile.yaml", "version: 1\nusers: [shop, reconcile-build2]\n");
    assertThat(scene.run("validate").text())
        .contains("User reserved for builds", "reconcile.yaml line 2");
    write("reconcile.yaml", "version: 1\nusers: ['12']\n");
    assertThat(scene.run("validate").text()).contains("must be a user's name");
    write(
        "reconcile.yaml", "version: 1\nunits: {redis.service: {state: started, enabled: true}}\n");
    assertThat(scene.run("validate").text()).contains("Unit of a package with enabled");
    write("reconcile.yaml", "version: 1\nunits: {redis.service: {state: started}}\nusers: shop\n");
    assertThat(scene.run("validate").code()).isEqualTo(ExitCode.OK);
    write("reconcile.yaml", "version: 1\nunits: {redis.service: {enabled: true}}\n");
    assertThat(scene.run("validate").text()).contains("Unit without exactly one source");
  }
}
