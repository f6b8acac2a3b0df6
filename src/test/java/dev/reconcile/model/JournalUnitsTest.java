// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which units of the journal a question for one process means. */
final class JournalUnitsTest {
  private final JournalUnits units = new JournalUnits("shop");

  @Test
  void theWebProcessHasItsReleaseStepsAndRehearsals() {
    assertThat(units.patterns("web"))
        .containsExactly(
            "gunicorn@shop.service",
            "reconcile-release-shop.*.service",
            "reconcile-bridge-shop.*.service");
  }

  @Test
  void aNameMeansAllInstancesOrOneOrASchedule() {
    assertThat(units.patterns("worker"))
        .containsExactly(
            "gunicorn-process@shop.worker.service",
            "gunicorn-process@shop.worker.*.service",
            "gunicorn-schedule@shop.worker.service");
    assertThat(units.patterns("worker.1"))
        .first()
        .isEqualTo("gunicorn-process@shop.worker.1.service");
  }

  @Test
  void eachUnitThatWritesForAnAppNamesIt() {
    assertThat(JournalUnits.appOf("reconcile-bridge-shop.0.service")).contains("shop");
    assertThat(JournalUnits.appOf("reconcile-release-shop.1.service")).contains("shop");
    assertThat(JournalUnits.appOf("gunicorn@shop.service")).contains("shop");
    assertThat(JournalUnits.appOf("gunicorn-process@shop.worker.1.service")).contains("shop");
    assertThat(JournalUnits.appOf("nginx.service")).isEmpty();
  }

  @Test
  void allPatternsAreThoseOfAllProcesses() {
    assertThat(units.patterns())
        .containsAll(units.patterns("web"))
        .contains("gunicorn-process@shop.*.service", "gunicorn-schedule@shop.*.service");
  }
}
