// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A server made by hand, with the usual mistakes, becomes a tree that says what it is: following
 * what {@code adopt} prints, its owner takes it over while it serves.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdoptIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  // Not by HTTP/2: an nginx that reloads says GOAWAY to a connection that has not asked yet. Such a
  // request has not begun (last stream 0), so a browser asks again at once; this curl fails.
  private static final String LABSTOO =
      "curl -sk -m 5 --http1.1 --resolve labstoo.com:443:127.0.0.1 https://labstoo.com/";
  private static final String BLOG = "curl -s -m 5 -H Host:blog.test http://localhost/";
  private static final String ABOUT = "curl -s -m 5 -H Host:about.test http://localhost/";
  private static final String SHOP = "curl -s -m 5 -H Host:shop.test http://localhost/items";

  /** At most three minutes of requests to the apps that work, until told to stop. */
  private static final String LOAD =
      """
      (
        end=$(( $(date +%s) + 180 ))
        while [ ! -e /tmp/enough ] && [ "$(date +%s)" -lt "$end" ]; do
          LABSTOO -o /dev/null -w 'labstoo %{http_code}\\n' >> /tmp/statuses || true
          ABOUT -o /dev/null -w 'about %{http_code}\\n' >> /tmp/statuses || true
          SHOP -o /dev/null -w 'shop %{http_code}\\n' >> /tmp/statuses || true
        done
        touch /tmp/ended
      ) > /dev/null 2>&1 &
      """
          .replace("LABSTOO", LABSTOO)
          .replace("ABOUT", ABOUT)
          .replace("SHOP", SHOP);

  private static TestHost host;
  private static String report;

  @BeforeAll
  static void makeByHand() throws IOException {
    host = TestHost.boot();
    host.copyJar();
    host.makeByHand("by-hand.sh", "more-by-hand.sh");
    host.runScript("git config --global user.name me; git config --global user.email me@test");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  // Content, owner, mode and times of all that could be touched, and who serves.
  private static String everything() {
    return host.runScript(
        """
        find /etc /run /usr/share/nginx /opt /srv /var/www /var/log /var/lib /mnt -xdev \\
          \\( -path /run/log -o -path /run/systemd -o -path /var/log/journal -o -path /srv/wheels \\
             -o -name '*access.log' -o -name shop.log -o -name '*_request.log' \\) -prune \\
          -o -printf '%p %i %s %C@ %l\\n' | sort
        pgrep -a gunicorn; pgrep -a nginx
        """);
  }

  @Test
  @Order(1)
  void theHostIsOnlyLookedAt() {
    assertThat(host.runScript(LABSTOO)).contains("Hello, World!");
    assertThat(host.runScript(SHOP)).isEqualTo("live on web1 7");
    assertThat(host.runScript(BLOG)).contains("502 Bad Gateway");
    String before = everything();

    Result adopted = host.exec(LIMIT, "reconcile", "adopt", "/root/server");

    assertThat(adopted.exitCode()).as(adopted.stdout() + adopted.stderr()).isZero();
    assertThat(adopted.stdout()).endsWith("Valid: 4 apps.\n");
    assertThat(everything()).isEqualTo(before);
    report = adopted.stdout();
  }

  @Test
  @Order(2)
  void everyMistakeIsNamedWithItsPlace() {
    assertThat(report)
        .contains(
            "runs as www-data instead of root. (/etc/systemd/system/gunicorn@.service:10)",
            "proxy_pass names unix:/run/flask_blgo_gunicorn.sock, which no unit makes: it goes to"
                + " this app. (/etc/nginx/sites-enabled/blog:1)",
            "has its access log in /var/log/gunicorn/flask_labstoo/access.log, it had none.",
            "ReloadPropagatedFrom= has no effect without ExecReload=",
            "root /var/www/flask_labstoo/ has no effect",
            "Did you mean labstoo.com? The tree keeps it. (/etc/nginx/sites-enabled/labstoo:4)",
            "systemd ignores this line, because it is no setting. It is left out. (/etc/systemd/system/shop.service:3)",
            "SHOP_SECRET looks like a secret")
        .contains(
            "the server plain.test belongs to no app. (/etc/nginx/conf.d/plain.conf:1)",
            "report.service is no gunicorn app. (/etc/systemd/system/report.service)")
        .doesNotContain("s3cr3t");
    assertThat(host.sh("grep -r s3cr3t /root/server").exitCode()).as("no secret").isOne();
  }

  @Test
  @Order(3)
  void thePlanShowsOnlyWhatWasNamed() {
    host.runScript(next("(umask"));
    host.runScript("cd /root/server; " + next("git init"));

    Result plan = Operator.succeed(0, plan("--take-over"));

    List<String> changes = changes(plan.stdout());
    assertThat(changes)
        .contains(
            "take over file /etc/systemd/system/gunicorn@.service",
            "take over checkout /usr/share/nginx/flask_labstoo  [flask_labstoo]",
            "take over venv /opt/py_envs/flask_blog  [flask_blog]")
        .allSatisfy(change -> assertThat(change).matches(named()));
    assertThat(plan.stdout()).doesNotContain("/usr/share/nginx/flask_blog ");
  }

  private static Result plan(String... options) {
    List<String> argv = new ArrayList<>(List.of("reconcile", "plan", "--repo", "/root/server"));
    argv.addAll(List.of(options));
    return host.exec(LIMIT, argv.toArray(String[]::new));
  }

  private static List<String> changes(String plan) {
    return plan.lines()
        .filter(line -> line.matches("(create|update|take over|delete) .*"))
        .toList();
  }

  // Units, sockets, settings, logs and virtualenvs of the apps; their sites, and what they replace.
  private static String named() {
    String app = "(flask_labstoo|flask_blog|about|shop)";
    return "(create|update|take over) (%s)(  \\[%s\\])?"
        .formatted(
            String.join(
                "|",
                "conflict /etc/nginx/(conf.d/post_log.conf|sites-enabled/(blog|labstoo))",
                "user reconcile-build[0-9]+",
                "(checkout|venv) /(srv|usr/share/nginx|opt/py_envs)/" + app,
                "directory /var/log/gunicorn/" + app,
                "file /etc/gunicorn/" + app + "(.secrets)?.env",
                "file /etc/(logrotate.d/gunicorn|nginx/conf.d/reconcile-log-formats.conf)",
                "(file|link) /etc/nginx/sites-(available|enabled)/" + app,
                "file /etc/systemd/system/gunicorn(.target|@.service|@.socket)",
                "file /etc/systemd/system/gunicorn@shop.service.d/reconcile.conf",
                "link /etc/systemd/system/(gunicorn|multi-user).target.wants/gunicorn.*",
                "(unit|socket) gunicorn@" + app + ".(service|socket)"),
            app);
  }

  /** The command of the report's last part that begins so. */
  private static String next(String beginning) {
    String commands = report.substring(report.indexOf("Next:\n"));
    return commands
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Order(4)
  void itIsTakenOverWhileItServes() {
    host.runScript(LOAD);
    host.runScript("for _ in $(seq 100); do [ -s /tmp/statuses ] && break; sleep 0.1; done");

    Result taken =
        host.exec(LIMIT, "reconcile", "--repo", "/root/server", "--take-over", "--quiet");

    host.runScript(
        "touch /tmp/enough; for _ in $(seq 100); do [ -e /tmp/ended ] && break; sleep 0.1; done");
    Operator.succeed(0, taken);
    assertThat(host.read("/tmp/statuses").lines().distinct())
        .as("every request during the take-over is answered")
        .containsExactlyInAnyOrder("labstoo 200", "about 200", "shop 200");
    assertThat(host.read("/tmp/statuses").lines().count()).isGreaterThan(50);
  }

  @Test
  @Order(5)
  void theOldServiceIsStoppedLast() {
    host.runScript(next("reconcile adopt --unasked shop.service"));

    assertThat(host.sh("systemctl is-active shop.service").stdout()).startsWith("inactive");
    assertThat(host.runScript(SHOP)).isEqualTo("live on web1 7");
  }

  @Test
  @Order(6)
  void theAppsAreAsTheyWereAndBetter() {
    assertThat(host.runScript(LABSTOO)).contains("Hello, World!");
    assertThat(host.runScript(SHOP)).isEqualTo("live on web1 7");
    assertThat(host.runScript(BLOG)).as("the misspelt socket").isEqualTo("a blog");
    assertThat(host.runScript("curl -s -H Host:plain.test http://localhost/").strip())
        .isEqualTo("plain");
    assertThat(
            host.runScript(
                "curl -so /dev/null -w '%{http_code} %{redirect_url}' -H Host:old-shop.test"
                    + " http://localhost/x"))
        .isEqualTo("301 http://shop.test/x");
    assertThat(host.runScript("ps -o user= -C gunicorn | sort -u").strip()).isEqualTo("www-data");
    assertThat(host.runScript("grep -A2 '^resources:' /root/server/apps/shop.yaml").lines())
        .containsExactly("resources:", "  memory: 1G", "  files: 4096");
    assertThat(
            host.runScript("systemctl show -P LimitNOFILE -P MemoryMax gunicorn@shop.service")
                .lines())
        .containsExactlyInAnyOrder("4096", "1073741824");
    Result again = Operator.succeed(0, plan("--detailed-exitcode"));
    assertThat(again.stdout()).startsWith("No changes");
  }

  @Test
  @Order(7)
  void adoptedOnceMoreItIsTheSame() {
    Result adopted = host.exec(LIMIT, "reconcile", "adopt", "/root/again");
    Operator.succeed(0, adopted);

    host.runScript(
        """
        cd /root/server
        git rm -rqf .
        cp -a ../again/. .
        git add --all --force
        git commit -qm again --allow-empty
        """);

    Result plan = Operator.succeed(0, plan("--detailed-exitcode"));
    assertThat(plan.stdout()).startsWith("No changes");
  }

  @Test
  @Order(8)
  void aDirectoryInUseIsLeftAlone() {
    Result refused = host.exec("reconcile", "adopt", "/root/server");

    assertThat(refused.exitCode()).isEqualTo(64);
    assertThat(refused.stderr()).contains("Directory not empty");
  }
}
