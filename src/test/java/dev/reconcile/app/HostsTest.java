// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.run.DirectoryFileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name under {@code on} that is nearly that of a known host is probably a typing mistake. */
final class HostsTest {
  @TempDir Path tree;

  @ParameterizedTest
  @CsvSource({
    "web1, wbe1, 1",
    "web1, web1, 0",
    "web1, web2, 0",
    "web1, database, 0",
    "'', wbe1, 0",
  })
  void theNameOfThisHostIsKnownWithoutAFile(String own, String name, int warnings)
      throws IOException {
    Files.createDirectories(tree.resolve("apps"));
    Files.createDirectories(tree.resolve("src"));
    Files.writeString(tree.resolve("reconcile.yaml"), "version: 1\n");
    Files.writeString(
        tree.resolve("apps/shop.yaml"),
        "source: {folder: src}\nprocesses: {mail: {run: x, on: [%s]}}\n".formatted(name));
    DesiredStateBuilder builder = new DesiredStateBuilder(new DirectoryFileTree(tree));
    Loader.load(builder, own);
    assertThat(builder.diagnostics().sorted())
        .filteredOn(found -> found.summary().equals("Unknown host"))
        .hasSize(warnings);
  }
}
