// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths that mean other ones. */
class PathMappingTest {

  @ParameterizedTest
  @CsvSource({
    "/srv/shop, /new",
    "/srv/shop/a.py, /new/a.py",
    "-/srv/shop/a.py, -/new/a.py",
    "a=/srv/shop:/srv/shop/b, a=/new:/new/b",
    "sqlite:////srv/shop/db, sqlite:////new/db",
    "/srv/shop2, /srv/shop2",
    "/srv/shop-old, /srv/shop-old",
    "/srv/shop.bak, /srv/shop.bak",
    "/mnt/srv/shop, /mnt/srv/shop",
    "/srv/shop/venv/bin/x, /venv/bin/x",
  })
  void wholePathsAreWrittenOut(String text, String written) {
    PathMapping places = new PathMapping();
    places.put("/srv/shop", "/new");
    places.put("/srv/shop/venv", "/venv");
    places.put("/", "/everything");
    assertThat(places.in(text)).isEqualTo(written);
  }
}
