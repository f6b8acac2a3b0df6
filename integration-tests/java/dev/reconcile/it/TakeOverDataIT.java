// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Folders made by hand, in which apps keep data and other services run: not moved away unsaid. */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TakeOverDataIT {
  /** Answers with what is in its database, a plain file here. */
  private static final String CODE =
      """
      import os
      HERE = os.environ.get("DATA") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "instance")
      def app(environ, start_response):
          try:
              said = open(os.path.join(HERE, "flaskr.sqlite")).read()
          except OSError:
              said = "no data\\n"
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [said.encode()]
      """;

  /** Who runs it by hand, and later as an app. */
  private static final String USER = Layout.of("flaskr").user();

  private static final String BY_HAND =
      """
      git config --system safe.directory '*'
      git clone -q file:///srv/git/flaskr.git /srv/flaskr
      mkdir /srv/flaskr/instance /srv/flaskr/logs
      echo precious >/srv/flaskr/instance/flaskr.sqlite
      echo x >/srv/flaskr/logs/app.log
      python3 -m venv /srv/flaskr/venv
      /srv/flaskr/venv/bin/pip install -q gunicorn
      echo not-shown >/srv/flaskr/.env
      chown -R USER:GROUP /srv/flaskr
      cat >/etc/systemd/system/flaskr.service <<'U'
      [Service]
      User=USER
      WorkingDirectory=/srv/flaskr
      ExecStart=/srv/flaskr/venv/bin/gunicorn --bind 127.0.0.1:8000 main:app
      [Install]
      WantedBy=multi-user.target
      U
      cat >/etc/systemd/system/flaskr-worker.service <<'U'
      [Service]
      User=USER
      WorkingDirectory=/srv/flaskr
      ExecStart=/srv/flaskr/venv/bin/python -c 'import time; time.sleep(3600)'
      [Install]
      WantedBy=multi-user.target
      U
      cat >/etc/systemd/system/idle.service <<'U'
      [Service]
      WorkingDirectory=/srv/flaskr
      ExecStart=/bin/true
      [Install]
      WantedBy=multi-user.target
      U
      mkdir -p /srv/other
      cp /srv/flaskr/main.py /srv/other/
      echo 'left over' >/srv/other/README
      mkdir -p /srv/plain/pages
      cp /srv/flaskr/main.py /srv/plain/
      echo '1;2' >/srv/plain/orders.csv
      echo '{}' >/srv/plain/counters.json
      echo '# Home' >/srv/plain/pages/home.md
      systemctl daemon-reload
      systemctl enable -q --now flaskr flaskr-worker
      """
          .replace("USER", USER)
          .replace("GROUP", Layout.of("flaskr").group());

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void makeByHand() {
    operator = Operator.boot();
    host = operator.host();
    host.git().push("flaskr", Map.of("main.py", CODE));
    host.runScript(BY_HAND);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree(String flaskr) {
    return DesiredTree.bare()
        .with("src/other/main.py", CODE)
        .with("src/plain/main.py", CODE)
        .with("apps/plain.yaml", "source: {folder: src/plain}\ndirectory: /srv/plain\n")
        .with(
            "apps/other.yaml",
            "source: {folder: src/other}\ndirectory: /srv/other\nsite: {server_name: other.test}\n")
        .with(
            "apps/flaskr.yaml",
            "source: {git: \"file:///srv/git/flaskr.git\"}\nsite: {server_name: flaskr.test}\n"
                + flaskr);
  }

  private static final String HERE = "directory: /srv/flaskr\n";

  private static String byHand() {
    return host.run("curl", "-s", "--max-time", "5", "http://127.0.0.1:8000/");
  }

  // Another hand-made service starts from the template that reconcile would replace.
  @Test
  @Order(0)
  void templateOfOtherServicesIsNotReplaced() {
    host.runScript(
        """
        mkdir -p /srv/legacy && cp /srv/flaskr/main.py /srv/legacy/
        cat >/etc/systemd/system/gunicorn@.service <<'U'
        [Service]
        User=nobody
        WorkingDirectory=/srv/%i
        ExecStart=/srv/flaskr/venv/bin/gunicorn --bind 127.0.0.1:8009 main:app
        [Install]
        WantedBy=multi-user.target
        U
        systemctl daemon-reload
        systemctl enable -q --now gunicorn@legacy
        """);
    operator.push(tree(HERE));

    for (Result result : List.of(operator.plan("--take-over"), operator.apply("--take-over"))) {
      assertThat(succeed(1, result).stdout() + result.stderr())
          .contains("Unit template used by other services", "gunicorn@legacy.service starts from");
    }
    Result plan = operator.plan("--take-over");
    host.runScript(
        (plan.stdout() + plan.stderr())
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("cp -n "))
            .findFirst()
            .orElseThrow());
    succeed(3, operator.apply("--take-over"));
    host.runScript("systemctl restart gunicorn@legacy; sleep 2");
    assertThat(host.run("curl", "-s", "--max-time", "5", "http://127.0.0.1:8009/"))
        .isEqualTo("no data\n");
    host.runScript(
        "systemctl disable -q --now gunicorn@legacy;"
            + " rm /etc/systemd/system/gunicorn@legacy.service; systemctl daemon-reload");
  }

  @Test
  @Order(1)
  void dataIsNamedAndStopsThatAppAlone() {
    operator.push(tree(HERE));
    List<String> before = operator.snapshot("/srv/flaskr");

    Result plan = succeed(3, operator.plan("--take-over"));
    Result apply = succeed(3, operator.apply("--take-over"));

    for (Result result : List.of(plan, apply)) {
      assertThat(result.stdout() + result.stderr())
          .contains("Data in a directory to take over", "apps/flaskr.yaml")
          .contains(
              "instance/ (1 file, 9 bytes)", ".env (10 bytes)", "These count as data: a file that")
          .contains("counters.json (3 bytes)", "orders.csv (4 bytes)", "pages/home.md")
          .doesNotContain("not-shown")
          .doesNotContain("precious")
          .doesNotContain("app.log")
          .doesNotContain("venv/");
    }
    assertThat(operator.snapshot("/srv/flaskr")).isEqualTo(before);
    assertThat(byHand()).isEqualTo("precious\n");
    assertThat(operator.page("other")).isEqualTo("no data\n");
    assertThat(host.runScript("cat /var/lib/reconcile/backup/*/srv/other/README"))
        .as("what does not look like data is taken over as ever")
        .isEqualTo("left over\n");
  }

  @Test
  @Order(2)
  void anotherServiceThatUsesTheFolderStopsItToo() {
    host.runScript(
        "mv /srv/flaskr/instance /srv/flaskr-data; mv /srv/flaskr/.env /srv/flaskr-data/;"
            + " cd /srv/plain && mkdir ../plain-data && mv orders.csv counters.json pages ../plain-data");
    operator.push(tree(HERE + "env: {DATA: /srv/flaskr-data}\n"));

    Result apply = succeed(3, operator.apply("--take-over"));

    assertThat(apply.stdout() + apply.stderr())
        .contains("Directory used by another service", "flaskr-worker.service")
        .contains("WorkingDirectory=", "ExecStart=")
        .doesNotContain("flaskr.service")
        .doesNotContain("idle.service");
    assertThat(host.run("stat", "-c", "%F", "/srv/flaskr")).isEqualTo("directory\n");
    succeed(3, operator.plan("--take-over"));
  }

  @Test
  @Order(3)
  void withoutThemItIsTakenOver() {
    host.runScript(
        "systemctl disable -q --now flaskr-worker; echo '5 * * * * root cd /srv/flaskr && true'"
            + " >/etc/cron.d/flaskr");
    assertThat(succeed(3, operator.plan("--take-over")).stdout()).contains("/etc/cron.d/flaskr");
    host.run("rm", "/etc/cron.d/flaskr");

    succeed(0, operator.apply("--take-over"));

    assertThat(operator.page("flaskr")).isEqualTo("precious\n");
    assertThat(host.run("readlink", "/srv/flaskr"))
        .startsWith("/var/lib/reconcile/checkouts/flaskr/");
    host.run("systemctl", "disable", "-q", "--now", "flaskr");
    operator.assertConverged();
  }

  @Test
  @Order(4)
  void whatAnAppKeepsInItsCheckoutIsToldOf() {
    assertThat(host.exec("reconcile", "doctor").stdout()).doesNotContain("files not owned by root");
    host.runScript("cd /srv/flaskr/ && mkdir instance && chown " + USER + " instance");
    operator.assertConverged();

    assertThat(host.exec("reconcile", "doctor").stdout())
        .contains("Checkout with files not owned by root")
        .contains(USER + " writes to /srv/flaskr/instance. The next deployment does not keep");

    host.git().push("flaskr", Map.of("main.py", CODE + "# more\n"));
    for (Result result : List.of(succeed(0, operator.plan()), succeed(0, operator.apply()))) {
      assertThat(result.stdout() + result.stderr())
          .contains("Checkout with files not owned by root")
          .contains(USER + " writes into /srv/flaskr/instance")
          .contains("/var/lib/reconcile/checkouts/flaskr/");
    }
    operator.assertConverged();
    assertThat(host.exec("reconcile", "doctor").stdout()).doesNotContain("files not owned by root");
  }

  /** A clone with a hotfix, a setting of the server and a release that only a tag has. */
  @Thorough
  @Test
  @Order(5)
  void changedFilesAndTaggedCommitsOfACloneStopIt() {
    host.git().push("zini", Map.of("main.py", CODE, "app.ini", "secret = dev\n"));
    host.git().push("zsame", Map.of("main.py", CODE, "app.ini", "secret = dev\n"));
    host.runScript(
        """
        git config --system user.name server; git config --system user.email server@zini.test
        git clone -q file:///srv/git/zini.git /srv/zini
        git clone -q file:///srv/git/zsame.git /srv/zsame
        find /srv/zsame -type f -not -path '*/.git/*' -exec touch -d 2030-01-01 {} +
        cd /srv/zini
        git checkout -q --detach; git commit -q --allow-empty -m 'Live since May'; git tag deployed
        git checkout -q -
        echo 'secret = live' >app.ini; echo '# hotfix' >>main.py
        """);
    DesiredTree tree = tree(HERE + "env: {DATA: /srv/flaskr-data}\n");
    for (String app : List.of("zini", "zsame")) {
      tree =
          tree.with(
              "apps/" + app + ".yaml",
              "source: {git: \"file:///srv/git/" + app + ".git\"}\ndirectory: /srv/" + app + "\n");
    }
    operator.push(tree);
    List<String> before = operator.snapshot("/srv/zini");

    Result plan = succeed(3, operator.plan("--take-over"));
    Result apply = succeed(3, operator.apply("--take-over"));

    for (Result result : List.of(plan, apply)) {
      assertThat(result.stdout() + result.stderr())
          .contains("Data in a directory to take over", "apps/zini.yaml", "Live since May")
          .contains("app.ini (changed here", "main.py (changed here")
          .doesNotContain("on apps/zsame.yaml");
    }
    assertThat(operator.snapshot("/srv/zini")).isEqualTo(before);
    assertThat(host.run("readlink", "/srv/zsame"))
        .as("the same content at another time is no change")
        .startsWith("/var/lib/reconcile/checkouts/zsame/");

    host.runScript("cd /srv/zini && git checkout -q . && git tag -d deployed");
    succeed(0, operator.apply("--take-over"));

    assertThat(host.run("readlink", "/srv/zini")).startsWith("/var/lib/reconcile/checkouts/zini/");
    operator.assertConverged();
  }
}
