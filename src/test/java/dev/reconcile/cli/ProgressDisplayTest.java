// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.apply.Progress.Ongoing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a person sees on a terminal while a run goes on. */
class ProgressDisplayTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(output, true, StandardCharsets.UTF_8);
  private long seconds;
  private final ProgressDisplay lines =
      new ProgressDisplay(terminal, () -> seconds * 1_000_000_000L);

  private String seen() {
    return new Screen(80).show(output.toString(StandardCharsets.UTF_8)).text();
  }

  private void prints(String text) {
    lines.above(() -> terminal.print(text));
  }

  @Test
  void eachAppHasALineUntilItsStepHasEnded() {
    prints("the plan\n");
    Ongoing shop = lines.begins("shop", "installing its requirements");
    Ongoing api = lines.begins("api", "waiting for its answer");
    seconds = 12;
    lines.draw();
    assertThat(seen())
        .isEqualTo(
            """
            the plan
              shop  installing its requirements … 12 s
              api   waiting for its answer … 12 s\
            """);
    shop.close();
    assertThat(seen()).isEqualTo("the plan\n  api  waiting for its answer … 12 s");
    api.close();
    prints("done\n");
    assertThat(seen()).isEqualTo("the plan\ndone");
  }

  @Test
  void theInnermostStepOfAnAppIsShown() {
    Ongoing outer = lines.begins("shop", "building its virtualenv");
    Ongoing inner = lines.begins("shop", "installing its requirements");
    assertThat(seen()).isEqualTo("  shop  installing its requirements …");
    inner.close();
    assertThat(seen()).isEqualTo("  shop  building its virtualenv …");
    outer.close();
    assertThat(seen()).isEmpty();
  }

  @Test
  void whatIsPrintedMeanwhileStaysAbove() {
    Ongoing shop = lines.begins("shop", "installing its requirements");
    prints("Warning: something\n  with two lines\n");
    assertThat(seen())
        .isEqualTo("Warning: something\n  with two lines\n  shop  installing its requirements …");
    shop.close();
    assertThat(seen()).isEqualTo("Warning: something\n  with two lines");
  }

  @Test
  void aLongLineIsCutAndLeavesNothingBehind() {
    prints("before\n");
    Ongoing packages = lines.begins("packages", "installing " + "python3-venv, ".repeat(20));
    assertThat(seen().lines()).hasSize(2).allMatch(line -> line.length() <= 80);
    packages.close();
    prints("after " + "x".repeat(100) + "\n");
    assertThat(seen()).isEqualTo("before\nafter " + "x".repeat(74) + "\n" + "x".repeat(26));
  }

  @Test
  void ofVeryManyTheRestIsCounted() {
    List<Ongoing> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(lines.begins("app" + i, "waiting for its answer"));
    }
    assertThat(seen().lines()).hasSize(13).last().isEqualTo("  … and 8 more");
    all.forEach(Ongoing::close);
    assertThat(seen()).isEmpty();
  }

  @Test
  void inWhicheverOrderStepsBeginAndEndOnlyWhatWasPrintedIsLeft() {
    Random random = new Random(20261122);
    StringBuilder printed = new StringBuilder();
    List<Ongoing> open = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      seconds += random.nextInt(3);
      switch (random.nextInt(4)) {
        case 0 -> open.add(lines.begins("app" + random.nextInt(20), "step " + i));
        case 1 -> lines.draw();
        case 2 -> {
          String line = "line " + i + "\n";
          printed.append(line);
          prints(line);
        }
        default -> {
          if (!open.isEmpty()) {
            open.remove(random.nextInt(open.size())).close();
          }
        }
      }
      assertThat(seen() + "\n").startsWith(printed.toString());
    }
    open.forEach(Ongoing::close);
    assertThat(seen() + "\n").isEqualTo(printed.toString());
  }
}
