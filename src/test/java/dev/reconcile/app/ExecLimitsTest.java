// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.run.DirectoryFileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecLimitsTest {
  // execve(2): 32 pages, with the NUL at the end
  private static final int MOST = 131_071;

  @TempDir Path tree;

  private List<Diagnostic> errors(String keys) throws Exception {
    Files.createDirectories(tree.resolve("apps"));
    Files.writeString(tree.resolve("reconcile.yaml"), "version: 1\n");
    Files.writeString(
        tree.resolve("apps/a.yaml"), "source: {git: \"https://git.example/a.git\"}\n" + keys);
    DesiredStateBuilder builder = new DesiredStateBuilder(new DirectoryFileTree(tree));
    Loader.load(builder, "");
    return builder.diagnostics().sorted().stream().filter(Diagnostic::isError).toList();
  }

  private void assertLimit(String keys, int shortest) throws Exception {
    assertThat(errors(keys.replace("LONG", "x".repeat(MOST - shortest)))).isEmpty();
    assertThat(errors(keys.replace("LONG", "x".repeat(MOST - shortest + 1))))
        .singleElement()
        .satisfies(error -> {
          assertThat(error.summary()).isEqualTo("Argument too long");
          assertThat(error.origin().orElseThrow().line()).isEqualTo(2);
          assertThat(error.detail()).contains("has 131072 bytes; Linux allows 131071");
        });
  }

  @Test
  void aWordOfACommandIsAsLongAsLinuxAllows() throws Exception {
    assertLimit("processes: {p: sleep LONG}\n", 0);
    assertLimit("schedules: {s: {at: daily, run: \"sh -c 'LONG'\"}}\n", 0);
    assertLimit("release: sh LONG\n", 0);
    assertLimit("build: sh LONG\n", 0);
    assertLimit("web: {run: uvicorn LONG}\n", 0);
  }

  @Test
  void aVariableIsAsLongAsLinuxAllowsWithItsName() throws Exception {
    assertLimit("env: {NAME: LONG}\n", "NAME=".length());
    assertLimit("env: {NAME: \u00e9LONG}\n", "NAME=".length() + 2); // two bytes in UTF-8
    assertLimit("processes: {p: {run: sleep 1, env: {A: LONG}}}\n", "A=".length());
    assertLimit("schedules: {s: {run: sleep 1, at: daily, env: {A: LONG}}}\n", "A=".length());
    assertLimit("build: {run: make, env: {A: LONG}}\n", "A=".length());
  }

  @Test
  void aCommandOfManyWordsMayBeLonger() throws Exception {
    assertThat(errors("processes: {p: sleep " + "x ".repeat(MOST) + "}\n")).isEmpty();
  }
}
