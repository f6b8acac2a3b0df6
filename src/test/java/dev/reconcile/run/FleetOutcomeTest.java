// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.fleet.Word.Outcome;
import dev.reconcile.model.Diagnostic;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a run's exit code means for the release, by rule 6 of the fleet. */
final class FleetOutcomeTest {
  private static final Grant GRANT =
      new Grant(17, new Revisions("a".repeat(40), new TreeMap<>()), false, false);

  private static Outcome outcome(ExitCode code, String... silent) {
    return FleetOutcome.of(RunResult.ended(code)).word(GRANT, true, List.of(silent)).outcome();
  }

  @Test
  void aRunThatIsGoodIsWell() {
    assertThat(outcome(ExitCode.OK)).isEqualTo(Outcome.WELL);
    assertThat(outcome(ExitCode.CHANGED)).isEqualTo(Outcome.WELL);
  }

  @Test
  void aCertificateThatIsPutOffIsNoFailure() {
    assertThat(outcome(ExitCode.ROLLED_BACK)).isEqualTo(Outcome.WELL);
  }

  @Test
  void aFailureIsTakenBackIfAllAppsAnswer() {
    assertThat(outcome(ExitCode.FAILED)).isEqualTo(Outcome.TAKEN_BACK);
    assertThat(outcome(ExitCode.FAILED, "shop: no answer")).isEqualTo(Outcome.UNWELL);
  }

  @Test
  void aCommitWithMistakesIsTakenBack() {
    FleetOutcome refused =
        FleetOutcome.refused(
            List.of(Diagnostic.warning("Odd", "It is."), Diagnostic.error("Bad", "It is.")));
    assertThat(refused.word(GRANT, true, List.of()).outcome()).isEqualTo(Outcome.TAKEN_BACK);
    assertThat(refused.failures()).containsExactly("Bad");
  }
}
