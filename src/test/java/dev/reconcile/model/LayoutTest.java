// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
    assertThat(Layout.ALL_TEMPLATES).containsAll(Layout.TEMPLATES);
    List<String> running = new ArrayList<>(Layout.ALL_TEMPLATES);
    running.remove(Layout.SCHEDULE_TEMPLATE); // a schedule's service is usually idle
    assertThat(Layout.UNIT_PATTERNS).hasSameSizeAs(running);
    assertThat(Layout.UNIT_PATTERNS).containsAll(Layout.SERVICE_PATTERNS);
  }

  @Test
  void unitOfAProcessLeadsBackToTheApp() {
    String unit = SHOP.process("mail-out", 2);
    assertThat(unit).isEqualTo("gunicorn-process@shop.mail-out.2.service");
    assertThat(Layout.appOf(unit)).contains("shop");
    assertThat(Layout.isOfApps(unit)).isTrue();
    assertThat(Layout.isProcess(unit)).isTrue();
    assertThat(Layout.isProcess(SHOP.service())).isFalse();
    assertThat(UnitFilePath.templateOf(unit)).contains(Layout.PROCESS_TEMPLATE);
    assertThat(Layout.UNIT_PATTERNS).contains(Layout.PROCESS_TEMPLATE.replace("@.", "@*."));
  }

  @Test
  void unitsOfAScheduleLeadBackToTheApp() {
    String timer = SHOP.timer("mail-out");
    assertThat(timer).isEqualTo("gunicorn-schedule@shop.mail-out.timer");
    for (String unit : List.of(timer, SHOP.schedule("mail-out"))) {
      assertThat(Layout.appOf(unit)).contains("shop");
      assertThat(Layout.isOfApps(unit)).isTrue();
      assertThat(Layout.nameInApp(unit)).isEqualTo("mail-out");
    }
    assertThat(Layout.isTimer(timer)).isTrue();
    assertThat(Layout.isSchedule(timer)).isFalse();
    assertThat(Layout.scheduleOf(timer)).isEqualTo(SHOP.schedule("mail-out"));
    assertThat(Layout.appOfEnvironment("shop.mail-out.schedule.env")).isEmpty();
    assertThat(Layout.UNIT_PATTERNS).contains(Layout.TIMER_TEMPLATE.replace("@.", "@*."));
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
    String process = SHOP.processEnvironment("mail").substring(Layout.ENVIRONMENTS.length() + 1);
    assertThat(Layout.appOfEnvironment(process)).isEmpty();
    assertThat(Layout.appOfEnvironment("notes.txt")).isEmpty();
  }
}
