// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LayoutTest {
  private static final Layout SHOP = new Layout("shop");

  @Test
  void eachTemplateHasOneInstanceThatLeadsBackToTheApp() {
    assertThat(Layout.TEMPLATES).isNotEmpty();
    for (String template : Layout.TEMPLATES) {
      String unit = SHOP.instanceOf(template);
      assertThat(Layout.appOf(unit)).as(unit).contains("shop");
      assertThat(Layout.isOfApps(unit)).as(unit).isTrue();
      assertThat(Layout.isOfApps(template)).as(template).isTrue();
      assertThat(Layout.UNIT_PATTERNS).contains(new Layout("*").instanceOf(template));
    }
    assertThat(Layout.UNIT_PATTERNS).hasSameSizeAs(Layout.TEMPLATES);
    assertThat(Layout.UNIT_PATTERNS).containsAll(Layout.SERVICE_PATTERNS);
  }

  @Test
  void unitsOfOthersLeadToNoApp() {
    for (String unit :
        new String[] {
          "gunicorn@.service",
          "gunicorn@shop.timer",
          "gunicorn@a@b.service",
          "gunicorn.service",
          "nginx.service",
          "other@shop.service",
          "shop"
        }) {
      assertThat(Layout.appOf(unit)).as(unit).isEmpty();
    }
    assertThat(Layout.isOfApps("gunicorn.target")).isFalse();
  }

  @Test
  void environmentFileLeadsBackToTheApp() {
    String file = SHOP.environment().substring(Layout.ENVIRONMENTS.length() + 1);
    assertThat(Layout.appOfEnvironment(file)).contains("shop");
    String secrets = SHOP.secrets().substring(Layout.ENVIRONMENTS.length() + 1);
    assertThat(Layout.appOfEnvironment(secrets)).isEmpty();
    assertThat(Layout.appOfEnvironment("notes.txt")).isEmpty();
  }
}
