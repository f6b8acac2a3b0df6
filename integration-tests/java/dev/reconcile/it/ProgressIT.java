// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.Screen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a person sees while a run builds virtualenvs and waits for apps. */
class ProgressIT {
  private static Operator operator;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Test
  void aTerminalShowsALineForEachAppWhileItsStepsGoOn() {
    operator.push(DesiredTree.of("one", "two"));
    String command = "reconcile --repo " + operator.repo();
    Result run =
        operator.host().exec("script", "--quiet", "--return", "--command", command, "/dev/null");

    assertThat(run.exitCode()).as(run.stdout()).isZero();
    String raw = run.stdout();
    assertThat(raw)
        .contains("one  installing its requirements …", "two  installing its requirements …")
        .contains("waiting for its answer …", operator.repo() + "  fetching …");
    String seen = new Screen(1000).show(raw).text();
    assertThat(seen).contains("create venv " + Layout.of("one").venv()).endsWith(" unchanged.");
    assertThat(seen).doesNotContain("…");
  }

  @Test
  void elsewhereThereIsALineWhenAStepBegins() {
    operator.push(DesiredTree.of("three"));
    Result run = Operator.succeed(0, operator.apply());
    assertThat(run.stderr())
        .contains("three: installing its requirements …\n", "three: waiting for its answer …\n")
        .doesNotContain("\033", "fetching");
  }
}
