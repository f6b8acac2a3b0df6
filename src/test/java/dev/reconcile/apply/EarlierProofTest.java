// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static dev.reconcile.apply.EarlierProof.ENDED;
import static dev.reconcile.apply.EarlierProof.FAILED;
import static dev.reconcile.apply.EarlierProof.PASSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What systemd said of a process before the run, and what that excuses. */
final class EarlierProofTest {
  private static final long NOW = 1_000_000_000_000L;

  private static ProcessState state(String properties) {
    return new ProcessState(
        Arrays.stream(properties.strip().split("\\s+", -1))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
  }

  private static ProcessState up(int pid, double seconds) {
    return state(
        """
        ActiveState=active SubState=running MainPID=%d Job=0 Result=success ExecMainCode=0
        ExecMainStartTimestampMonotonic=%d ExecMainExitTimestampMonotonic=0
        """
            .formatted(pid, NOW / 1000 - Math.round(seconds * 1e6)));
  }

  private static ProcessState ended(String result, int code, double ran) {
    return state(
        """
        ActiveState=activating SubState=auto-restart MainPID=0 Result=%s ExecMainCode=1
        ExecMainStatus=%d ExecMainStartTimestampMonotonic=100000000
        ExecMainExitTimestampMonotonic=%d
        """
            .formatted(result, code, 100_000_000 + Math.round(ran * 1e6)));
  }

  private static Optional<EarlierProof> judge(ProcessState first, ProcessState now) {
    return EarlierProof.of(first, now, NOW);
  }

  private static Optional<EarlierProof> judge(ProcessState state) {
    return judge(state, state);
  }

  @Test
  void aProcessThatKeptItsMainProcessPassed() {
    assertThat(judge(up(7, 5.1))).contains(PASSED);
    assertThat(judge(up(7, 4.9))).isEmpty();
    assertThat(judge(up(7, 0.3), up(7, 5.0))).contains(PASSED);
  }

  @Test
  void aWorkerThatEndsByDesignMayDoSoAgain() {
    assertThat(judge(ended("success", 0, 6.5))).contains(ENDED);
    assertThat(judge(ended("exit-code", 1, 11))).contains(PASSED);
    assertThat(judge(ended("success", 0, 6.5), up(8, 1))).isEmpty();
  }

  @Test
  void oneThatEndedWithinFiveSecondsDidNot() {
    assertThat(judge(ended("exit-code", 1, 0.8))).contains(FAILED);
    assertThat(judge(up(7, 1), ended("exit-code", 1, 4.8))).contains(FAILED);
    assertThat(judge(ended("success", 0, 0.8))).contains(ENDED);
    assertThat(judge(up(7, 1), up(8, 1))).as("with a short RestartSec").contains(FAILED);
    assertThat(judge(ended("resources", 0, 900))).as("a missing file").contains(FAILED);
  }

  @Test
  void oneThatSystemdDoesNotStartAgainDidNot() {
    assertThat(judge(state("ActiveState=failed SubState=failed MainPID=0"))).contains(FAILED);
    assertThat(judge(state("ActiveState=inactive SubState=dead MainPID=0"))).contains(FAILED);
    assertThat(judge(ProcessState.NONE)).contains(FAILED);
  }

  @Test
  void nothingIsKnownWhileSystemdIsAtWork() {
    assertThat(judge(state("ActiveState=deactivating MainPID=7"))).isEmpty();
    assertThat(judge(state("ActiveState=activating SubState=start-pre MainPID=0"))).isEmpty();
    assertThat(judge(state("ActiveState=inactive Job=512"))).isEmpty();
  }

  @Test
  void aFailureIsExcusedByTheSameFailureOnly() {
    ProcessState broken = ended("exit-code", 1, 0.2);
    ProcessState noJobs = ended("success", 0, 0.2);
    assertThat(FAILED.excuses(broken)).isTrue();
    assertThat(ENDED.excuses(noJobs)).isTrue();
    assertThat(ENDED.excuses(broken)).isFalse();
    assertThat(PASSED.excuses(broken) || PASSED.excuses(noJobs)).isFalse();
  }

  @Test
  void theStrictestResultCounts() {
    assertThat(FAILED.strictest(PASSED)).isEqualTo(PASSED);
    assertThat(ENDED.strictest(FAILED)).isEqualTo(ENDED);
    for (EarlierProof proof : EarlierProof.values()) {
      assertThat(EarlierProof.of(proof.word())).isEqualTo(proof);
    }
    assertThat(EarlierProof.of("")).isEqualTo(PASSED);
  }

  @Test
  void theEndIsTold() {
    assertThat(ended("exit-code", 1, 1).end()).isEqualTo("exit code 1.");
    assertThat(ended("exit-code", 203, 0).end()).contains("The program was not found.");
    assertThat(new ProcessState(Map.of("ExecMainCode", "2", "ExecMainStatus", "9")).end())
        .isEqualTo("signal 9.");
    assertThat(up(8, 1).end()).isEqualTo("systemd has started it again.");
  }
}
