// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.apply.Progress;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.report.Style;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  private static final Map<String, String> SYSTEMD = Map.of("JOURNAL_STREAM", "8:1");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(Map<String, String> environment, boolean terminal) {
    return new Console(
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        environment,
        terminal);
  }

  @Test
  void aTerminalHasColours() {
    assertThat(console(Map.of(), true).style()).isEqualTo(Style.COLOUR);
  }

  @Test
  void everythingElseHasNone() {
    assertThat(console(Map.of(), false).style()).isEqualTo(Style.PLAIN);
    assertThat(console(Map.of("NO_COLOR", ""), true).style()).isEqualTo(Style.PLAIN);
    assertThat(console(Map.of("TERM", "dumb"), true).style()).isEqualTo(Style.PLAIN);
    assertThat(console(SYSTEMD, true).style()).isEqualTo(Style.PLAIN);
    Console asked = console(Map.of(), true);
    asked.set(true, false, false);
    assertThat(asked.style()).isEqualTo(Style.PLAIN);
  }

  @Test
  void underSystemdEachLineBeginsWithItsPriority() {
    Console console = console(SYSTEMD, false);

    console.say(Diagnostic.error("Broken", "one\ntwo"));
    console.say(Diagnostic.warning(Origin.of("x.yaml"), "Odd", ""));
    console.say(Diagnostic.notice("By the way", ""));
    console.begins("shop", "building").close();

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            <3>Error: Broken
            <3>  one
            <3>  two
            <4>Warning: Odd
            <4>  on x.yaml:
            <5>Notice: By the way
            <6>shop: building …
            """);
    assertThat(out.size()).isZero();
  }

  @Test
  void elsewhereLinesHaveNoPriority() {
    console(Map.of(), false).say(Diagnostic.error("Broken", "one"));

    assertThat(err.toString(UTF_8)).isEqualTo("Error: Broken\n  one\n");
  }

  @Test
  void quietLeavesOutWhatIsNotWrong() {
    Console console = console(Map.of(), false);
    console.set(false, true, false);

    console.say(Diagnostic.notice("By the way", ""));
    console.begins("shop", "building").close();
    console.say(Diagnostic.error("Broken", ""));

    assertThat(err.toString(UTF_8)).isEqualTo("Error: Broken\n");
  }

  @Test
  void ofAStepThatMayTakeLongNothingIsSaidUnlessItDoes() throws Exception {
    Console console = console(Map.of(), false);
    console.mayTakeLong("quick", "fetching").close();
    try (Progress.Ongoing _ = console.mayTakeLong("slow", "fetching")) {
      for (int i = 0; i < 200 && err.size() == 0; i++) {
        Thread.sleep(50);
      }
    }
    assertThat(err.toString(UTF_8)).isEqualTo("slow: fetching …\n");
  }

  @Test
  void plansAndReportsGoToStandardOutput() {
    console(SYSTEMD, false).print("a plan\n");

    assertThat(out.toString(UTF_8)).isEqualTo("a plan\n");
    assertThat(err.size()).isZero();
  }

  @Test
  void controlCharactersOfAFileDoNotReachTheTerminal() {
    Origin origin = new Origin("x.yaml", 2, 1, "a\u001b[31mb\tc");

    console(Map.of(), false).say(Diagnostic.error(origin, "Broken", ""));

    assertThat(err.toString(UTF_8)).contains("     2: a [31mb c\n");
  }
}
