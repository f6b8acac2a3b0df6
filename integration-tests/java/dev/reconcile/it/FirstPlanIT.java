// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The first plan of a fresh server, for apps with users, folders and virtualenvs of their own in
 * every combination. No shared unit is there until the last test, which makes them all.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstPlanIT {
  private static final String UNIT = "Unit refused by systemd";
  private static final List<String> USERS = List.of("", "deploy");
  private static final List<String> FOLDERS = List.of("", "/srv/code/", "/home/deploy/code-");
  private static final List<String> VENVS = List.of("", "/srv/venvs/", "/home/deploy/venv-");
  private static final List<String> PATHS = List.of("", "/srv/there/", "/home/deploy/there-");

  private static Operator operator;
  private static TestHost host;

  /** An app with a place for each thing, its file as it is; an empty text is what is usual. */
  private record Placed(String app, String user, String folder, String venv, String path) {
    String yaml() {
      StringBuilder yaml = new StringBuilder();
      yaml.append(
          path.isEmpty()
              ? "source: {folder: src/plain}\n"
              : "source: {path: " + path + app + "}\n");
      yaml.append("site: {server_name: ").append(app).append(".test}\n");
      yaml.append(user.isEmpty() ? "" : "user: " + user + "\n");
      yaml.append(folder.isEmpty() ? "" : "directory: " + folder + app + "\n");
      yaml.append("venv: {python: ").append(Stage.QUICK_PYTHON);
      return yaml.append(venv.isEmpty() ? "" : ", directory: " + venv + app)
          .append("}\n")
          .toString();
    }

    String answer() {
      return "hello from " + (user.isEmpty() ? "www-data" : user) + "\n";
    }

    String file() {
      return "apps/" + app + ".yaml";
    }
  }

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript("useradd --create-home deploy; chmod 755 /home/deploy");
    for (Placed layout : layouts()) {
      if (!layout.path().isEmpty()) {
        String code = DesiredTree.bare().files().get("src/plain/main.py");
        host.write(layout.path() + layout.app() + "/main.py", code, "0644");
        host.write(layout.path() + layout.app() + "/requirements.txt", "", "0644");
      }
    }
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static List<Placed> layouts() {
    List<Placed> layouts = new ArrayList<>();
    for (String user : USERS) {
      for (String venv : VENVS) {
        for (String path : PATHS) {
          for (String folder : path.isEmpty() ? FOLDERS : List.of("")) {
            String app = "app-" + layouts.size();
            layouts.add(new Placed(app, user, folder, venv, path));
          }
        }
      }
    }
    return layouts;
  }

  private static String plain(String app) {
    return "source: {folder: src/plain}\nsite: {server_name: %s.test}\n".formatted(app);
  }

  private static String planned(DesiredTree tree) {
    operator.push(tree);
    Result result = operator.plan();
    return "exit code " + result.exitCode() + "\n" + result.stdout() + result.stderr();
  }

  @Test
  @Order(1)
  void eachLayoutAloneIsPlanned() {
    SoftAssertions all = new SoftAssertions();
    for (Placed layout : layouts()) {
      all.assertThat(planned(DesiredTree.bare().withRaw(layout.file(), layout.yaml())))
          .describedAs(layout.toString())
          .startsWith("exit code 0")
          .contains("create file /etc/systemd/system/gunicorn@.service")
          .doesNotContain("Error:", "Warning:", "Notice:");
    }
    all.assertAll();
  }

  @Test
  @Order(2)
  void mistakeInATemplateIsTheHostsWhateverTheAppsAre() {
    String template =
        """
        # Made by reconcile: changed in a test.
        [Service]
        Type=notify
        EnvironmentFile=/etc/gunicorn/%i.env
        WorkingDirectory=/usr/share/nginx/%i
        ExecStart=/usr/bin/no-such-wrapper /opt/py_envs/%i/bin/gunicorn ${GUNICORN_APP}
        """;
    String said =
        planned(
            DesiredTree.bare()
                .with("templates/gunicorn@.service", template)
                .plain("shop", "user: deploy\n"));
    assertThat(said)
        .contains(UNIT, "/usr/bin/no-such-wrapper is not executable", "on reconcile.yaml");
  }

  @Thorough
  @Test
  @Order(2)
  void mistakeInADropInIsItsAppsAndOfAllThatAreLikeIt() {
    DesiredTree tree =
        DesiredTree.bare()
            .with("templates/instance.conf", "[Service]\n{{#user}}\nUserr={{.}}\n{{/user}}\n")
            // nothing but a user of their own: the template says no more
            .withRaw("apps/one.yaml", plain("one") + "user: deploy\n")
            .withRaw("apps/two.yaml", plain("two") + "user: deploy\n")
            .withRaw("apps/three.yaml", plain("three") + "user: nobody\ngroup: nogroup\n")
            // without any line that makes a drop-in
            .withRaw("apps/four.yaml", plain("four"));
    assertThat(planned(tree))
        .contains("on apps/one.yaml", "on apps/two.yaml", "on apps/three.yaml")
        .contains("gunicorn@.service")
        .doesNotContain("on apps/four.yaml", "on reconcile.yaml");
  }

  @Test
  @Order(2)
  void remarkOfSystemdOnOneAppHoldsNobodyBack() {
    String yaml =
        """
        version: 1
        files:
          /etc/systemd/system/gunicorn@one.service.d/50.conf:
            content: "[Service]\\nMemoryLimit=512M\\n"
          /etc/systemd/system/gunicorn@.service.d/60.conf: {content: "[Service]\\nCPUShares=100\\n"}
        """;
    DesiredTree tree =
        DesiredTree.bare()
            .withRaw("apps/one.yaml", plain("one") + "user: deploy\n")
            .withRaw("apps/two.yaml", plain("two") + "user: nobody\ngroup: nogroup\n")
            .withRaw("apps/three.yaml", plain("three") + "user: nobody\ngroup: nogroup\n")
            .with("reconcile.yaml", yaml);
    assertThat(planned(tree))
        .startsWith("exit code 0")
        .contains("Unit with a warning of systemd", "please use MemoryMax= instead", "CPUShares=")
        .containsOnlyOnce("Special user nobody configured")
        .contains("The same applies to two.")
        .doesNotContain("Error:");
  }

  @Thorough
  @Test
  @Order(2)
  void lineThatSystemdIgnoresInADropInKeepsNoOtherAppBack() {
    String yaml =
        """
        version: 1
        files:
          /etc/systemd/system/gunicorn@one.service.d/50.conf: {content: "[Service]\\nNicee=5\\n"}
          /etc/systemd/system/gunicorn@.service.d/60.conf: {content: "[Servce]\\nNice=5\\n"}
        """;
    DesiredTree tree =
        DesiredTree.bare()
            .withRaw("apps/one.yaml", plain("one") + "user: deploy\n")
            .withRaw("apps/two.yaml", plain("two"))
            .with("reconcile.yaml", yaml);
    assertThat(planned(tree))
        .startsWith("exit code 1")
        .contains(
            "Unknown key 'Nicee'", "Unknown section 'Servce'", "All other changes are applied")
        .contains("Until then one stays as it is.", "create file /etc/gunicorn/two.env")
        .doesNotContain("create file /etc/gunicorn/one.env")
        .doesNotContain("create file /etc/systemd/system/gunicorn@one.service.d/50.conf")
        .doesNotContain("create file /etc/systemd/system/gunicorn@.service.d/60.conf");
  }

  @Thorough
  @Test
  @Order(2)
  void dropInsAndUnitsOfTheRepoAreTriedWithTheApps() {
    String yaml =
        """
        version: 1
        files:
          /usr/local/bin/before: {content: "#!/bin/sh\\n", mode: "0755"}
          /etc/systemd/system/gunicorn@.service.d/10.conf:
            content: "[Service]\\nExecStartPre=/usr/local/bin/before %i\\n"
          /etc/systemd/system/gunicorn@shop.service.d/50.conf:
            content: "[Service]\\nExecStartPre=/srv/venvs/shop/bin/python -c pass\\n"
          /etc/systemd/system/gunicorn@shop.socket.d/50.conf: {content: "[Socket]\\nBacklog=9\\n"}
          /etc/systemd/system/gunicorn@elsewhere.service.d/50.conf: {content: "[Service]\\nNice=5\\n"}
          /etc/systemd/system/service.d/50.conf: {content: "[Unit]\\nOnFailure=mail@%n.service\\n"}
          /etc/systemd/system/not-there.service.d/50.conf: {content: "[Service]\\nNice=5\\n"}
        units:
          mail@.service: "[Service]\\nExecStart=/bin/echo %i\\n"
          job@.service: "[Service]\\nExecStart=/opt/jobs/%i/run\\n"
          worker.service:
            content: "[Service]\\nUser=deploy\\nExecStart=/srv/venvs/shop/bin/python -c pass\\n"
        """;
    DesiredTree tree =
        DesiredTree.bare()
            .plain("shop", "user: deploy\nvenv: {directory: /srv/venvs/shop}\n")
            .with("reconcile.yaml", yaml);
    assertThat(planned(tree)).startsWith("exit code 0").doesNotContain("Error:", "Notice:");
  }

  @Test
  @Order(2)
  void appThatCannotBeKnownKeepsNoOtherFromItsFirstPlan() {
    String lost = "source: {git: 'file:///srv/none.git'}\nuser: deploy\n";
    assertThat(planned(DesiredTree.bare().with("apps/lost.yaml", lost))).doesNotContain(UNIT);
    assertThat(
            planned(
                DesiredTree.bare().plain("shop", "user: deploy\n").with("apps/lost.yaml", lost)))
        .contains("create file /etc/gunicorn/shop.env")
        .doesNotContain(UNIT);
  }

  @Thorough
  @Test
  @Order(3)
  void allLayoutsTogetherAreAppliedAndServed() {
    DesiredTree tree = DesiredTree.bare();
    for (Placed layout : layouts()) {
      tree = tree.withRaw(layout.file(), layout.yaml());
    }
    operator.push(tree);
    succeed(0, operator.apply());

    for (Placed layout : layouts()) {
      assertThat(operator.page(layout.app()))
          .describedAs(layout.toString())
          .isEqualTo(layout.answer());
    }
    operator.assertConverged();
  }
}
