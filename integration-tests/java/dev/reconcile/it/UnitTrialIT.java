package dev.reconcile.it;

import static dev.reconcile.it.TrialIT.assertClean;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What systemd would not take as it is written is found before anything is touched. */
class UnitTrialIT {
  private static final DesiredTree GOOD = DesiredTree.of("quiet", "shop");
  private static final String UNIT = "systemd would not take a unit as it is written";

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
            .plain("shop", "user: root\n");
    String said = planned(tree);

    assertThat(said)
        .contains(UNIT, "on apps/shop.yaml", "gunicorn@shop.service.d/reconcile.conf:3: ")
        .doesNotContain("on apps/quiet.yaml");
  }

  @Test
  void programThatTheSamePlanMakesIsNotMissed() {
    assertClean(planned(GOOD.plain("third", "user: root\nvenv: {directory: /opt/third}\n")));
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
