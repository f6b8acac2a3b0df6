// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A host with the app shop, which has a worker mail and a schedule nightly, and a unit of its own.
 */
final class GoneHandlersTest {
  private static final String FILES = "/etc/systemd/system/";

  private static OwnedResource owned(Address address, String app) {
    return new OwnedResource(address, app, Role.FILE, List.of());
  }

  private static boolean isGone(String id) {
    return new GoneHandlers(
            Stream.of(
                    owned(UnitKind.address("gunicorn@shop.service"), "shop"),
                    owned(UnitKind.address("gunicorn-process@shop.mail.1.service"), "shop"),
                    owned(
                        FileKind.address(
                            FILES + "gunicorn-schedule@shop.nightly.timer.d/reconcile.conf"),
                        "shop"),
                    owned(UnitKind.address("gunicorn@by-hand.service"), ""))
                .toList())
        .contains(id);
  }

  @Test
  void whatIsThereKeepsItsHandlers() {
    assertThat(
            List.of(
                "restart gunicorn@shop.service",
                "restart gunicorn@shop.socket",
                "check shop",
                "release shop",
                "reload nginx with the certificate of shop",
                "restart gunicorn-process@shop.mail.1.service",
                "restart gunicorn-schedule@shop.nightly.timer",
                "restart gunicorn@by-hand.service"))
        .noneMatch(GoneHandlersTest::isGone);
  }

  @Test
  void whatIsGoneDoesNot() {
    assertThat(
            List.of(
                "restart gunicorn@blog.service",
                "restart gunicorn@blog.socket",
                "check blog",
                "release blog",
                "reload nginx with the certificate of blog",
                "restart gunicorn-process@shop.mail.2.service",
                "restart gunicorn-process@blog.mail.1.service",
                "restart gunicorn-schedule@shop.hourly.timer"))
        .allMatch(GoneHandlersTest::isGone);
  }

  @Test
  void theHandlersOfTheHostAreNoneOfThem() {
    assertThat(
            List.of(
                "daemon-reload",
                "reload nginx",
                "restart redis-server.service",
                "restart blog.service",
                "restart getty@*.service"))
        .noneMatch(GoneHandlersTest::isGone);
  }
}
