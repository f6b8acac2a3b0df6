// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom units work for. */
class UnitLabelTest {
  @ParameterizedTest
  @CsvSource({
    "gunicorn@shop.service, shop",
    "gunicorn@shop-2_b.socket, shop-2_b",
    "nginx.service, nginx",
    "own.thing.service, own.thing"
  })
  void theAppIsInTheName(String unit, String subject) {
    assertThat(UnitLabel.of(unit)).isEqualTo(subject);
  }

  @ParameterizedTest
  @CsvSource({"shop, 1a2b3c4d", "a, 0"})
  void aSecondInstanceWorksForItsApp(String app, String revision) {
    assertThat(UnitLabel.of(Step.StandbyInstance.nameOf(app, revision) + ".service"))
        .isEqualTo(app);
  }
}
