// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessStatusTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String WORKER = new Layout("shop").process("worker", 1);
  private static final String WEB = new Layout("shop").service();

  private static List<String> problems(
      String unit, String active, int restarts, int restartsLately) {
    UnitStatus status =
        new UnitStatus(
                active,
                "",
                "enabled",
                "exit-code",
                Optional.of(NOW.minusSeconds(1)),
                1,
                0,
                restarts,
                0)
            .withRestartsLately(restartsLately);
    return new ProcessStatus("worker", unit, Optional.of(status), 0, "", Optional.empty())
        .problems(NOW).stream().map(Diagnostic::summary).toList();
  }

  @Test
  void aProcessThatEndsAgainAndAgainIsAProblem() {
    String loop = "Process restarted again and again";
    assertThat(problems(WORKER, "active", 3, 3)).containsExactly(loop);
    assertThat(problems(WORKER, "activating", 7, 3)).containsExactly(loop);
  }

  @Test
  void anEndByItselfIsNone() {
    assertThat(problems(WORKER, "activating", 0, 0)).as("its first end").isEmpty();
    assertThat(problems(WORKER, "activating", 1, 1)).isEmpty();
    assertThat(problems(WORKER, "active", 2, 2)).isEmpty();
    assertThat(problems(WORKER, "active", 900, 2)).as("a worker that ends by design").isEmpty();
  }

  @Test
  void aProcessThatSystemdDoesNotStartAgainIsNotRunning() {
    assertThat(problems(WORKER, "inactive", 0, 0)).containsExactly("Process not running");
    assertThat(problems(WORKER, "failed", 5, 5)).containsExactly("Process not running");
    assertThat(problems(WEB, "activating", 5, 5)).containsExactly("Process not running");
    assertThat(problems(WEB, "active", 5, 5)).isEmpty();
  }
}
