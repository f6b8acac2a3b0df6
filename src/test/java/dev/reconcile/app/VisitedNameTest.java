// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An app may answer 400 to a Host that no visitor can send, so the health check sends none. */
final class VisitedNameTest {
  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example",
    "Shop.Example, shop.example",
    "www.shop.example shop.example, www.shop.example",
    "*.shop.example shop.example, shop.example",
    "*.shop.example, www.shop.example",
    "www.shop.*, www.shop.com",
    "_ shop.example, shop.example",
    "~^a$ *.shop.example, www.shop.example",
    "~^a$, localhost",
    "_, localhost"
  })
  void starsAreFilledIn(String names, String expected) {
    App.Site site =
        new App.Site(
            Arrays.asList(names.split(" ", -1)),
            Optional.empty(),
            Optional.empty(),
            new SiteLogs(List.of(), ""),
            new SiteParts(List.of(), List.of(), false),
            new Table(new Value.Mapping(List.of(), Origin.of("apps/shop.yaml"))),
            Optional.empty(),
            Origin.of("apps/shop.yaml"));

    assertThat(site.visitedName()).isEqualTo(expected);
  }
}
