// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The daily work with an app that runs: {@code restart}, {@code logs} and {@code maintenance}. */
class AppCommandsIT {
  private static final String MAIN =
      """
      import os
      import sys

      if os.path.exists("/srv/broken"):
          raise RuntimeError("the database is away")


      def app(environ, start_response):
          print("asked for " + environ["PATH_INFO"], file=sys.stderr, flush=True)
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"VERSION"]
      """;

  private static final String JOB =
      """
      processes:
        job: sh -c 'test ! -e /srv/broken-job && exec sleep infinity'
      schedules:
        tick: {run: touch /srv/ticks/tick, at: "*-*-* *:*:0/5"}
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript("install -d -m 0777 /srv/ticks");
    operator.converge(tree("one"));
    host.write("/etc/reconcile/config.yaml", "repo: " + operator.repo() + "\n", "0644");
  }

  private static DesiredTree tree(String version) {
    return DesiredTree.of("quiet")
        .plain("quiet", Stage.QUICK + JOB)
        .with("src/shop/main.py", MAIN.replace("VERSION", version))
        .with("src/shop/requirements.txt", "click\n")
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            site: {server_name: shop.test}
            gunicorn: {access_log: /var/log/gunicorn/shop/access.log}
            %s\
            """
                .formatted(Stage.QUICK));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
  }

  private static Result reconcile(String... words) {
    List<String> argv = new ArrayList<>(List.of("reconcile"));
    argv.addAll(List.of(words));
    return host.exec(Duration.ofMinutes(2), argv.toArray(String[]::new));
  }

  private static String pid(String app) {
    return host.run("systemctl", "show", "-P", "MainPID", "gunicorn@" + app + ".service");
  }

  @Test
  void aRestartLosesNoRequestAndChangesNothingElse() {
    String shop = pid("shop");
    String quiet = pid("quiet");
    operator.push(tree("not applied"));
    host.runScript(
        """
        rm -f /tmp/stop /tmp/codes
        (until [ -e /tmp/stop ]; do curl -so /dev/null -w '%{http_code}\\n' -H 'Host: shop.test' \
          http://localhost/ >>/tmp/codes; done; touch /tmp/stopped) >/dev/null 2>&1 &
        """);

    Result result = succeed(0, reconcile("restart", "shop"));

    host.runScript("touch /tmp/stop; until [ -e /tmp/stopped ]; do sleep 0.1; done");
    assertThat(host.runScript("sort -u /tmp/codes")).isEqualTo("200\n");
    assertThat(result.stdout()).contains("gunicorn@shop.service restarted");
    assertThat(pid("shop")).isNotEqualTo(shop);
    assertThat(pid("quiet")).isEqualTo(quiet);
    assertThat(operator.page("shop")).isEqualTo("one");
    assertThat(host.run("reconcile", "history")).contains("restart: changed shop");
    operator.push(tree("one"));
    operator.assertConverged();
  }

  @Test
  void aRehearsalThatFailsLeavesTheAppAlone() {
    String shop = pid("shop");
    host.write("/srv/broken", "", "0644");

    Result result = succeed(3, reconcile("restart", "shop", "web"));

    assertThat(result.stdout())
        .contains("the database is away", "shop was rolled back. It is as before this run.")
        .doesNotContain("quarantine");
    assertThat(pid("shop")).isEqualTo(shop);
    assertThat(operator.page("shop")).isEqualTo("one");
    host.run("rm", "/srv/broken");
    operator.assertConverged();
  }

  /**
   * As systemctl edit --full leaves a unit: a whole file, which systemd prefers to the template.
   */
  @Test
  void aWholeUnitMadeByHandIsTakenOverWhileItServes() {
    host.runScript(
        """
        cd /etc/systemd/system
        { cat gunicorn@.service; printf '[Service]\\nEnvironment=BY_HAND=1\\n'; } \
          >gunicorn@shop.service
        systemctl daemon-reload
        systemctl restart gunicorn@shop.service
        """);
    String environment = "tr '\\0' '\\n' </proc/%s/environ";
    assertThat(host.runScript(environment.formatted(pid("shop").strip()))).contains("BY_HAND=1\n");
    operator.push(tree("two"));

    assertThat(succeed(3, operator.apply()).stdout())
        .contains("conflict /etc/systemd/system/gunicorn@shop.service: ", "--take-over");
    assertThat(operator.page("shop")).isEqualTo("one");

    Load.During taken = Load.of(host, "shop", () -> operator.apply("--take-over"));
    succeed(0, taken.result());
    assertThat(taken.load().failed()).isZero();
    assertThat(operator.page("shop")).isEqualTo("two");
    assertThat(host.runScript(environment.formatted(pid("shop").strip())))
        .doesNotContain("BY_HAND");
    assertThat(host.runScript("cat /var/lib/reconcile/backup/*/etc/systemd/system/gunicorn@shop*"))
        .contains("BY_HAND=1");
    operator.converge(tree("one"));
  }

  @Test
  void anAppInQuarantineRestartsAsItRuns() {
    operator.push(tree("next").with("src/shop/main.py", "import missing\n"));
    succeed(3, operator.apply());
    String shop = pid("shop");

    succeed(0, reconcile("restart", "shop"));

    assertThat(pid("shop")).isNotEqualTo(shop);
    assertThat(operator.page("shop")).isEqualTo("one");
    assertThat(operator.plan().stdout()).contains("shop", "quarantine");
    succeed(0, operator.converge(tree("one")));
  }

  /** An apply would excuse it, because no revision is to blame. */
  @Test
  void aRestartOfADeadProcessFailsUntilItStaysUp() {
    host.write("/srv/broken-job", "", "0644");
    host.run("systemctl", "stop", "gunicorn-process@quiet.job.1.service");

    Result result = succeed(1, reconcile("restart", "quiet", "job"));

    assertThat(result.stdout() + result.stderr())
        .contains("Process did not stay up", "ended within 5 s: exit code 1.")
        .doesNotContain("dead as before", "rolled back", "quarantine");
    assertThat(succeed(1, reconcile("status")).stdout()).contains("  job.1: ");
    host.run("rm", "/srv/broken-job");
    succeed(0, reconcile("restart", "quiet", "job.1"));
    assertThat(succeed(64, reconcile("restart", "quiet", "job.2")).stderr())
        .contains("quiet has no process job.2.", "Its processes: job, job.1, web.");
    operator.push(tree("one"));
    operator.assertConverged();
  }

  /** It is to blame for nothing, neither in another app nor in its own. */
  @Test
  void aProcessThatIsDeadAsBeforeTakesNoDeployBack() {
    host.write("/srv/broken-job", "", "0644");
    host.run("systemctl", "restart", "gunicorn-process@quiet.job.1.service");
    operator.push(tree("two"));

    Result other = succeed(0, operator.apply());

    assertThat(operator.page("shop")).isEqualTo("two");
    assertThat(other.stdout() + other.stderr()).doesNotContain("job.1", "dead as before");
    operator.push(tree("two").plain("quiet", Stage.QUICK + JOB + "env: {GREETING: late}\n"));
    Result own = succeed(0, operator.apply());
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "late"));
    assertThat(own.stdout() + own.stderr())
        .contains("Process is dead as before", "quiet.job.1.service (apps/quiet.yaml line ");
    host.run("rm", "/srv/broken-job");
    operator.converge(tree("one"));
    succeed(0, reconcile("restart", "quiet", "job"));
    operator.assertConverged();
  }

  @Test
  void mistakesInARestartAreNamed() {
    assertThat(succeed(64, reconcile("restart")).stderr()).contains("No app named");
    assertThat(succeed(64, reconcile("restart", "shp")).stderr())
        .contains("No such app", "Did you mean \"shop\"?");
    assertThat(succeed(64, reconcile("restart", "shop", "wep")).stderr())
        .contains("No such process", "Did you mean \"web\"?", "Its processes: web.");
    assertThat(as("www-data", "restart", "shop").stderr()).contains("Root required");
  }

  @Test
  void theLogsOfAnAppAreMerged() {
    host.runScript(
        """
        error=/var/log/gunicorn/shop/error.log
        echo '[2031-01-01 00:00:02 +0000] [7] [ERROR] boom' >>$error
        printf 'Traceback\\n  \\033[2Jwipe\\n' >>$error
        for site in quiet shop; do
          echo "2031/01/01 00:00:01 [error] 5#5: *1 failed, client: ::1, server: $site.test, x" \
            >>/var/log/nginx/error.log
        done
        curl -s -H 'Host: shop.test' http://localhost/here
        """);

    assertThat(succeed(0, reconcile("logs", "shop", "--since", "2030-01-01")).stdout())
        .isEqualTo(
            """
            2031-01-01 00:00:01  nginx error  2031/01/01 00:00:01 [error] 5#5: *1 failed, client: \
            ::1, server: shop.test, x
            2031-01-01 00:00:02  error.log    [2031-01-01 00:00:02 +0000] [7] [ERROR] boom
            2031-01-01 00:00:02  error.log    Traceback
            2031-01-01 00:00:02  error.log      ?[2Jwipe
            """);
    assertThat(reconcile("logs", "shop", "--nginx", "-n", "1").stdout().lines())
        .singleElement()
        .asString()
        .contains("nginx error", "server: shop.test");
    String web = succeed(0, reconcile("logs", "shop", "web", "--since", "1h")).stdout();
    assertThat(web)
        .containsPattern("  web +asked for /here\n")
        .containsPattern("  access.log +.*GET /here")
        .doesNotContain("nginx");
  }

  /** It has no file on the host yet, and its log is what a person needs. */
  @Test
  void theLogOfAFirstDeployThatHasFailedIsShown() {
    operator.push(
        tree("one")
            .with("src/fresh/main.py", "raise RuntimeError('no key')\n")
            .with("src/fresh/requirements.txt", "click\n")
            .withRaw(
                "apps/fresh.yaml", "source: {folder: src/fresh}\nsite: false\n" + Stage.QUICK));
    succeed(3, operator.apply());
    assertThat(succeed(0, reconcile("logs", "fresh")).stdout())
        .containsPattern("  error.log +RuntimeError: no key\n")
        .contains("  rehearsal ");
    assertThat(succeed(0, reconcile("logs", "fresh", "web")).stdout()).contains("no key");
    operator.converge(tree("one"));
  }

  @Test
  void newLinesAreFollowedOverARotation() {
    String script =
        """
        error=/var/log/gunicorn/shop/error.log
        rm -f /tmp/seen /tmp/code
        (reconcile logs shop -n 1 -f >/tmp/seen; echo $? >/tmp/code) </dev/null >/dev/null 2>&1 &
        await() { until grep -q "$1" /tmp/seen; do sleep 0.1; done; }
        until [ -s /tmp/seen ]; do sleep 0.1; done
        curl -s -H 'Host: shop.test' http://localhost/followed >/dev/null
        await 'web .*asked for /followed'
        await 'access.log .*GET /followed'
        echo '[2031-01-01 00:00:03 +0000] [7] [ERROR] before' >>$error
        mv $error $error.1
        await 'error.log .*before'
        echo '[2031-01-01 00:00:04 +0000] [7] [ERROR] between' >>$error.1
        sleep 0.5
        echo '[2031-01-01 00:00:05 +0000] [7] [ERROR] after' >$error
        await 'error.log .*between'
        await 'error.log .*after'
        pid=$(pgrep -x java)
        awk '{print $14 + $15}' /proc/$pid/stat >/tmp/ticks; sleep 2
        awk '{print $14 + $15}' /proc/$pid/stat >>/tmp/ticks
        kill $pid; until [ -s /tmp/code ]; do sleep 0.1; done
        mv $error.1 $error; chown --reference=/var/log/gunicorn/shop/access.log $error
        systemctl kill --kill-whom=main --signal=USR1 gunicorn@shop.service
        pgrep -x journalctl || cat /tmp/code
        """;
    assertThat(host.exec(Duration.ofSeconds(90), "bash", "-c", script).stdout()).isEqualTo("143\n");
    List<String> ticks = host.read("/tmp/ticks").lines().toList();
    assertThat(Integer.parseInt(ticks.get(1)) - Integer.parseInt(ticks.get(0)))
        .as("hundredths of a second of CPU in two seconds")
        .isLessThan(40);
  }

  @Test
  void mistakesInAQuestionForLogsAreNamed() {
    assertThat(succeed(64, reconcile("logs", "shp")).stderr())
        .contains("No such app", "Did you mean \"shop\"?");
    assertThat(succeed(64, reconcile("logs", "shop", "wep")).stderr())
        .contains("No such process", "Did you mean \"web\"?");
    assertThat(succeed(64, reconcile("logs", "shop", "--since", "noon")).stderr())
        .contains("Invalid time");
    assertThat(succeed(77, as("www-data", "logs", "shop")).stderr())
        .contains("Journal not readable", "systemd-journal or adm");
    host.run("usermod", "--append", "--groups", "adm", "nobody");
    Result adm =
        host.exec("setpriv", "--reuid", "nobody", "--init-groups", "reconcile", "logs", "shop");
    assertThat(succeed(0, adm).stdout()).contains("  web ");
  }

  @Test
  void maintenanceSurvivesADeployAndARunAndEnds() {
    String shop = pid("shop");

    succeed(0, reconcile("maintenance", "shop", "on", "--message", "Back at 18:00, it's $5 <b>"));

    String page = host.run("curl", "-si", "-H", "Host: shop.test", "http://localhost/any?thing");
    assertThat(page)
        .startsWith("HTTP/1.1 503 ")
        .contains("Retry-After: 300", "text/html", "Back at 18:00, it&#39;s &#36;5 &#60;b&#62;");
    assertThat(operator.status("shop", "/.well-known/acme-challenge/x")).isNotEqualTo("503");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(pid("shop")).isEqualTo(shop);
    operator.assertConverged();
    Result status = succeed(0, reconcile("status"));
    assertThat(status.stdout())
        .contains("shop is in maintenance since", "reconcile maintenance shop off");
    assertThat(reconcile("status", "--json").stdout())
        .contains("Maintenance of an app", "\"maintenance_since\" : \"20");

    operator.push(tree("two"));
    Result deploy = succeed(0, operator.apply("--metrics", "/tmp/metrics.prom"));
    assertThat(deploy.stderr()).contains("Maintenance of an app");
    assertThat(host.read("/tmp/metrics.prom")).contains("reconcile_maintenance{app=\"shop\"} 1\n");
    assertThat(operator.status("shop")).isEqualTo("503");
    assertThat(succeed(0, operator.apply()).stderr()).contains("Maintenance of an app");

    succeed(0, reconcile("maintenance", "shop", "off"));
    assertThat(operator.page("shop")).isEqualTo("two");
    assertThat(operator.plan().stderr()).doesNotContain("Maintenance");
    assertThat(host.run("reconcile", "history")).contains("maintenance: changed ");
    operator.converge(tree("one"));
  }

  @Test
  void processesAndSchedulesGoOnDuringMaintenance() {
    String unit = "gunicorn-process@quiet.job.1.service";
    String job = host.run("systemctl", "show", "-P", "MainPID", unit);

    succeed(0, reconcile("maintenance", "quiet", "on"));

    assertThat(operator.status("quiet")).isEqualTo("503");
    assertThat(host.run("systemctl", "show", "-P", "MainPID", unit)).isEqualTo(job);
    operator.converge(tree("one").plain("quiet", Stage.QUICK + JOB + "env: {GREETING: later}\n"));
    assertThat(operator.status("quiet")).isEqualTo("503");
    assertThat(host.run("systemctl", "show", "-P", "MainPID", unit)).isNotIn(job, "0\n");
    host.runScript(
        """
        rm -f /srv/ticks/tick
        for i in $(seq 100); do [ ! -e /srv/ticks/tick ] || exit 0; sleep 0.1; done
        exit 1
        """);
    assertThat(reconcile("status").stdout())
        .contains("quiet is in maintenance since", "  job.1: up", "  tick: ");
    succeed(0, reconcile("maintenance", "quiet", "off"));
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "later"));
    operator.converge(tree("one"));
  }

  @Test
  void maintenanceIsNoNewRevisionOfAnAppInQuarantine() {
    operator.push(tree("next").with("src/shop/main.py", "import missing\n"));
    succeed(3, operator.apply());

    succeed(0, reconcile("maintenance", "shop", "on"));

    assertThat(operator.status("shop")).isEqualTo("503");
    assertThat(operator.plan().stdout()).contains("quarantine").doesNotContain("update file");
    succeed(0, reconcile("maintenance", "shop", "off"));
    assertThat(operator.page("shop")).isEqualTo("one");
    operator.converge(tree("one"));
  }

  @Test
  void mistakesInAMaintenanceAreNamed() {
    assertThat(succeed(64, reconcile("maintenance", "shop")).stderr())
        .contains("Missing word after the app");
    assertThat(succeed(64, reconcile("maintenance", "shop", "on", "--message", "a\nb")).stderr())
        .contains("Invalid message");
    assertThat(as("www-data", "maintenance", "shop", "on").stderr()).contains("Root required");
  }

  private static Result as(String user, String... words) {
    List<String> argv =
        new ArrayList<>(List.of("setpriv", "--reuid", user, "--clear-groups", "reconcile"));
    argv.addAll(List.of(words));
    return host.exec(Duration.ofMinutes(1), argv.toArray(String[]::new));
  }
}
