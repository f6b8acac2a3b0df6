// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fault.Survival;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs that are killed from outside at random moments, whatever they are doing. How many is said by
 * {@code -Dreconcile.kills=N}, and the moments by {@code -Dreconcile.seed=N}.
 */
class RandomKillIT {
  private static final int KILLS = Integer.getInteger("reconcile.kills", 8);
  private static final long SEED = Long.getLong("reconcile.seed", System.nanoTime() % 1_000_000);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static Stage stage;
  private static Survival survival;

  @BeforeAll
  static void boot() {
    survival = Survival.named(RandomKillIT.class);
    stage = Stage.boot(Stage.tree("one"));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void killedAtAnyMomentOneMoreRunCompletesIt() {
    String[] versions = {"one", "two"};
    String[] commits = {
      stage.operator().push(Stage.tree("one")), stage.operator().push(Stage.tree("two"))
    };
    String quiet = stage.quiet();
    // the shorter of two: other work on the machine makes some take longer
    long longest = Math.min(duration(commits[1]), duration(commits[0]));
    System.out.println("an undisturbed run takes " + longest + " ms; seed " + SEED);
    Random random = new Random(SEED);
    int cut = 0;
    for (int i = 0; i < KILLS; i++) {
      int next = 1 - i % 2;
      String signal = random.nextBoolean() ? "KILL" : "TERM";
      long millis = 1 + random.nextLong(longest);
      String row = "SIG" + signal + " at a random moment of an update";
      boolean[] wasCut = new boolean[1];
      survival.attempt(
          row,
          "seed " + SEED + ", " + i + ": after " + millis + " ms",
          () -> {
            int exit = kill(signal, millis, commits[next]);
            wasCut[0] = exit != 0;
            assertThat(exit).as("exit code").isIn(0, 124, 137, 143);
            succeed(0, stage.apply(commits[next]));
            stage.inspect(quiet, commits[next], "shop=" + Stage.page(versions[next]));
          });
      cut += wasCut[0] ? 1 : 0;
    }
    survival.settle("SIGKILL at a random moment of an update");
    survival.settle("SIGTERM at a random moment of an update");
    assertThat(cut).as("runs that were really cut off").isGreaterThan(KILLS / 3);
  }

  private static long duration(String commit) {
    long began = System.nanoTime();
    succeed(0, stage.apply(commit));
    return (System.nanoTime() - began) / 1_000_000;
  }

  // in the foreground, so that only reconcile gets the signal and not what it has started
  private static int kill(String signal, long millis, String commit) {
    return stage
        .host()
        .exec(
            LIMIT,
            "timeout",
            "--foreground",
            "--signal=" + signal,
            String.format(Locale.ROOT, "%.3f", millis / 1000.0),
            "reconcile",
            "apply",
            "--repo",
            stage.operator().repo(),
            "--ref",
            commit,
            "--allow-rewind")
        .exitCode();
  }
}
