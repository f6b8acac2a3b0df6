// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
  private static final List<String> KNOWN =
      List.of("workers", "bind", "app", "access_log", "error_log");

  @ParameterizedTest
  @CsvSource({
    "wrokers, workers",
    "worker, workers",
    "bnid, bind",
    "acess_log, access_log",
    "ap, app"
  })
  void theNearestWordIsMeant(String written, String meant) {
    assertThat(Suggestion.nearest(written, KNOWN)).contains(new Suggestion(meant));
    assertThat(Suggestion.sentence(written, KNOWN)).isEqualTo(" Did you mean \"" + meant + "\"?");
  }

  @Test
  void whatIsFarFromEverythingMeansNothing() {
    assertThat(Suggestion.nearest("timeout", KNOWN)).isEmpty();
    assertThat(Suggestion.sentence("timeout", KNOWN)).isEmpty();
    assertThat(Suggestion.nearest("anything", List.of())).isEmpty();
  }

  @Test
  void theOrderOfTheKnownWordsDoesNotMatter() {
    assertThat(Suggestion.nearest("cat", List.of("bat", "car")))
        .isEqualTo(Suggestion.nearest("cat", List.of("car", "bat")));
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc, 0",
    "abc, acb, 1",
    "abc, ab, 1",
    "abc, abcd, 1",
    "abc, xyz, 3",
    "'', abc, 3"
  })
  void distanceCountsEditsAndSwaps(String a, String b, int distance) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
    assertThat(Suggestion.distance(b, a)).isEqualTo(distance);
  }
}
