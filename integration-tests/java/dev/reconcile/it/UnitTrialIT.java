// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.TrialIT.assertClean;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What systemd would not take as it is written is found before anything is touched. */
class UnitTrialIT {
  private static final DesiredTree GOOD = DesiredTree.of("quiet", "shop");
  private static final String UNIT = "Unit refused by systemd";

  private static Operator operator;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    operator.converge(GOOD);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String planned(DesiredTree tree) {
    return TrialIT.planned(operator, tree);
  }

  @Thorough
  @Test
  void misspeltDirectiveOfAUnitIsFound() {
    String said =
        planned(
            GOOD.with(
                "reconcile.yaml",
                """
                version: 1
                units:
                  tidy.service: |
                    [Service]
                    Type=oneshot
                    ExecStrat=/bin/true
                    ExecStart=/bin/true
                """));

    assertThat(said)
        .contains(UNIT, "on reconcile.yaml line 3", "/etc/systemd/system/tidy.service:3: ")
        .contains("3: ExecStrat=/bin/true");
  }

  @Test
  void unitThatSystemdRefusesIsFound() {
    String said =
        planned(
            GOOD.with(
                "reconcile.yaml",
                "version: 1\nunits:\n  tidy.service: |\n    [Service]\n    Type=oneshot\n"));

    assertThat(said).contains(UNIT, "on reconcile.yaml line 3", "tidy.service");
  }

  @Thorough
  @Test
  void misspeltDirectiveOfATemplateIsTheHosts() {
    String template =
        """
        # Made by reconcile: changed in a test.
        [Service]
        Type=notify
        EnvironmentFile=/etc/gunicorn/%i.env
        WorkingDirectroy=/usr/share/nginx/%i
        ExecStart=/opt/py_envs/%i/bin/gunicorn ${GUNICORN_APP}
        """;
    String said = planned(GOOD.with("templates/gunicorn@.service", template));

    assertThat(said).contains(UNIT, "/etc/systemd/system/gunicorn@.service:5: ");
  }

  @Test
  void misspeltDirectiveOfADropInIsTheApps() {
    DesiredTree tree =
        GOOD.with("templates/instance.conf", "# Made by reconcile\n[Service]\nUserr={{user}}\n")
            // without any line that makes a drop-in
            .withRaw(
                "apps/quiet.yaml", "source: {folder: src/plain}\nsite: {server_name: quiet.test}\n")
            .plain("shop", "user: root\n");
    String said = planned(tree);

    assertThat(said)
        .contains(UNIT, "on apps/shop.yaml", "gunicorn@shop.service.d/reconcile.conf:3: ")
        .doesNotContain("on apps/quiet.yaml");
  }

  @Thorough
  @Test
  void programThatTheSamePlanMakesIsNotMissed() {
    assertClean(planned(GOOD.plain("third", "user: root\nvenv: {directory: /opt/third}\n")));
  }

  @Thorough
  @Test
  void unitOfAnAppThatGoesIsNotTriedWithoutItsDropIn() {
    operator.converge(GOOD.plain("fourth", "venv: {directory: /opt/fourth}\n"));
    // that the folder of its logs stays is a notice
    assertThat(planned(GOOD)).doesNotContain(UNIT, "Error:", "Warning:");
    operator.converge(GOOD);
    operator.assertConverged();
  }

  @Test
  void programThatADropInOfTheRepoMakesMissingIsFound() {
    String yaml =
        """
        version: 1
        files:
          /etc/systemd/system/gunicorn@shop.service.d/50.conf:
            content: "[Service]\\nExecStartPre=/opt/no/such\\n"
          /etc/systemd/system/gunicorn@elsewhere.service.d/50.conf:
            content: "[Service]\\nNice=5\\n"
        """;
    assertThat(planned(GOOD.with("reconcile.yaml", yaml)))
        .contains(UNIT, "gunicorn@shop.service: Command /opt/no/such is not executable")
        .doesNotContain("gunicorn@elsewhere.service: ");
  }

  @Test
  void firstPlanOfAllIsClean() {
    try (Operator fresh = Operator.boot()) {
      assertThat(
              TrialIT.planned(fresh, GOOD.plain("third", "user: root\ngunicorn: {bind: port}\n")))
          .contains("gunicorn@third.socket.d/reconcile.conf")
          .doesNotContain(UNIT, "Error:", "Notice:");
    }
  }
}
