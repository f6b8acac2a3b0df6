// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the last messages of systemd about starts and ends say, the last one first. */
final class ProcessEndsTest {
  private static final String RESTART = "5eb03494b6584870a536b337290809b3";
  private static final String START = "39f53479d3a045ac8e11786248231fbf";
  private static final String FAILURE = "98e322203f7a4ed290d09fe03c09fe15";

  @Test
  void aRestartWithoutAFailureBeforeItFollowedASuccess() {
    assertThat(ProcessEnds.isSuccess(List.of(RESTART))).isTrue();
    assertThat(ProcessEnds.isSuccess(List.of(RESTART, START, RESTART))).isTrue();
    assertThat(ProcessEnds.isSuccess(List.of(START, RESTART, START))).isTrue();
  }

  @Test
  void aFailureCounts() {
    assertThat(ProcessEnds.isSuccess(List.of(START, RESTART, FAILURE))).isFalse();
    assertThat(ProcessEnds.isSuccess(List.of(RESTART, FAILURE, START))).isFalse();
    assertThat(ProcessEnds.isSuccess(List.of(FAILURE, START, RESTART))).isFalse();
  }

  @Test
  void aFailureBeforeTheLastStartDoesNotCount() {
    assertThat(ProcessEnds.isSuccess(List.of(RESTART, START, FAILURE))).isTrue();
  }

  @Test
  void aJournalThatHasForgottenExcusesNothing() {
    assertThat(ProcessEnds.isSuccess(List.of())).isFalse();
  }
}
