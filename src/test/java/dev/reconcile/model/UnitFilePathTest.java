// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which units systemd reads a file for. */
class UnitFilePathTest {
  private static final String ETC = "/etc/systemd/system/";

  @ParameterizedTest
  @CsvSource({
    "shop.service, shop.service, false",
    "gunicorn@.service, gunicorn@.service, false",
    "gunicorn@shop.service.d/50.conf, gunicorn@shop.service, true",
    "service.d/50.conf, service, true",
    "foo-.timer.d/50.conf, foo-.timer, true",
  })
  void pathTellsTheUnit(String path, String unit, boolean dropIn) {
    assertThat(UnitFilePath.of(ETC + path)).contains(new UnitFilePath(unit, dropIn));
    assertThat(UnitFilePath.of("/usr/lib/systemd/system/" + path))
        .contains(new UnitFilePath(unit, dropIn));
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/systemd/system/shop.service.d/README",
    "/etc/systemd/system/shop.service.d/deep/50.conf",
    "/etc/systemd/system/multi-user.target.wants/shop.service",
    "/etc/systemd/system/shop.txt",
    "/etc/systemd/system/shop.d/50.conf",
    "/etc/systemd/system.conf",
    "/etc/systemd/user/shop.service",
    "/etc/default/shop.service",
  })
  void otherPathsAreNothingToIt(String path) {
    assertThat(UnitFilePath.of(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gunicorn@shop.service.d/x.conf, gunicorn@shop.service, true",
    "gunicorn@shop.service.d/x.conf, gunicorn@shop.socket, false",
    "gunicorn@shop.service.d/x.conf, gunicorn@shop2.service, false",
    "gunicorn@.service.d/x.conf, gunicorn@my-shop.service, true",
    "gunicorn-.service.d/x.conf, gunicorn@my-shop.service, false",
    "service.d/x.conf, gunicorn@shop.service, true",
    "service.d/x.conf, gunicorn@shop.socket, false",
    "foo-.service.d/x.conf, foo-bar-baz.service, true",
    "foo-.service.d/x.conf, foo.service, false",
    "foo-.service.d/x.conf, foobar.service, false",
    "foo-@.service.d/x.conf, foo-bar@one.service, true",
    "gunicorn@.service, gunicorn@shop.service, true",
    "shop.service, shop.service, true",
    "service.d/x.conf, service.d, false",
  })
  void fileIsReadForUnits(String path, String unit, boolean is) {
    UnitFilePath file = UnitFilePath.of(ETC + path).orElseThrow();
    assertThat(file.isFor(unit)).isEqualTo(is);
  }

  // asked of systemd 252, with a drop-in of the same name in each folder, taken away one by one
  @Test
  void namesComeInTheOrderInWhichTheyWin() {
    assertThat(UnitFilePath.namesOf("foo-bar-baz@one.service"))
        .containsExactly(
            "foo-bar-baz@one.service",
            "foo-bar-baz@.service",
            "foo-bar-@one.service",
            "foo-bar-@.service",
            "foo-@one.service",
            "foo-@.service");
    assertThat(UnitFilePath.namesOf("gunicorn@my-shop.service"))
        .containsExactly("gunicorn@my-shop.service", "gunicorn@.service");
  }
}
