// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A server made by hand is first refused, with everything named that is in the way, and then taken
 * over while it serves.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TakeOverIT {
  // Not by HTTP/2: an nginx that reloads says GOAWAY to a connection that has not asked yet. Such a
  // request has not begun (last stream 0), so a browser asks again at once; this curl fails.
  private static final String FETCH =
      "curl -sk --http1.1 -o /dev/null -m 5 -w '%{http_code}\\n'"
          + " --resolve labstoo.com:443:127.0.0.1 https://labstoo.com/";
  private static final String PAGE =
      "curl -sk --resolve labstoo.com:443:127.0.0.1 https://labstoo.com/";

  // At most two minutes of requests, one after the other, until told to stop.
  private static final String LOAD =
      """
      (
        end=$(( $(date +%s) + 120 ))
        while [ ! -e /tmp/enough ] && [ "$(date +%s)" -lt "$end" ]; do
          FETCH >> /tmp/statuses || true
        done
        touch /tmp/ended
      ) > /dev/null 2>&1 &
      """
          .replace("FETCH", FETCH);

  private static TestHost host;
  private static String url;

  @BeforeAll
  static void makeByHand() throws IOException {
    host = TestHost.boot();
    host.copyJar();
    host.makeByHand("by-hand.sh");
    host.git().push("server", DesiredTree.sample().files());
    url = host.git().fileUrl("server");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  @Order(1)
  void theHandMadeServerServes() {
    assertThat(host.runScript(PAGE)).contains("Hello, World!");
    assertThat(host.runScript("ps -o user= -C gunicorn")).contains("root");
  }

  @Test
  @Order(2)
  void everythingForeignIsNamedAndNothingIsTouched() {
    String before = everything();

    Result refused = host.exec("reconcile", "--repo", url);

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.stderr())
        .contains("file /etc/systemd/system/gunicorn.target: there is already")
        .contains("file /etc/systemd/system/gunicorn@.service: there is already")
        .contains("checkout /usr/share/nginx/flask_labstoo: there is already a directory")
        .contains("venv /opt/py_envs/flask_labstoo: there is already a directory")
        .contains("conflict /etc/nginx/sites-enabled/labstoo: ")
        .contains("server_name labstoo.com")
        .contains("conflict /etc/nginx/conf.d/post_log.conf: ")
        .contains("--take-over");
    assertThat(refused.stdout()).startsWith("Nothing was changed.\nRun: ");
    assertThat(everything()).isEqualTo(before);
  }

  // Content, owner, mode and times of all that could have been touched, and who serves.
  private static String everything() {
    return host.runScript(
        "find /etc /usr/share/nginx /opt/py_envs /var/www -printf '%p %i %C@ %l\\n' | sort;"
            + " pgrep -a gunicorn; pgrep -a nginx");
  }

  @Test
  @Order(3)
  void itIsTakenOverWhileItServes() {
    host.runScript(LOAD);
    host.runScript("for _ in $(seq 100); do [ -s /tmp/statuses ] && break; sleep 0.1; done");

    Result taken =
        host.exec(Duration.ofMinutes(4), "reconcile", "--repo", url, "--take-over", "-v");

    host.runScript(
        "touch /tmp/enough; for _ in $(seq 100); do [ -e /tmp/ended ] && break; sleep 0.1; done");
    assertThat(taken.exitCode()).as(taken.stdout() + taken.stderr()).isZero();
    assertThat(host.read("/tmp/statuses").lines().distinct())
        .as("every request during the take-over is answered")
        .containsExactly("200");
    assertThat(host.read("/tmp/statuses").lines().count()).isGreaterThan(50);
  }

  @Test
  @Order(4)
  void afterwardsItIsAsDeclared() {
    Result again = host.exec("reconcile", "--repo", url, "--detailed-exitcode");

    assertThat(again.exitCode()).as(again.stdout() + again.stderr()).isZero();
    assertThat(again.stdout()).startsWith("No changes");
    assertThat(host.runScript(PAGE)).contains("Hello, World!");
    assertThat(host.runScript("ps -o user= -C gunicorn | sort -u").lines())
        .containsExactlyInAnyOrder("www-data", Layout.of("hello").user());
    assertThat(host.runScript("stat -c '%U %a' /run/flask_labstoo_gunicorn.sock").strip())
        .isEqualTo("www-data 660");
    assertThat(host.runScript("ls /etc/nginx/sites-enabled")).doesNotContain("\nlabstoo\n");
    assertThat(host.run("systemctl", "list-units", "--all", "--no-legend", "reconcile-bridge-*"))
        .isEmpty();
  }

  @Test
  @Order(5)
  void whatWasThereIsInTheBackup() {
    String kept = host.runScript("cd /var/lib/reconcile/backup/*/ && find . -type f -o -type l");

    assertThat(kept)
        .contains("./etc/systemd/system/gunicorn@.service")
        .contains("./etc/systemd/system/gunicorn.target")
        .contains("./etc/nginx/sites-enabled/labstoo")
        .contains("./etc/nginx/conf.d/post_log.conf")
        .contains("./usr/share/nginx/flask_labstoo/main.py")
        .contains("./opt/py_envs/flask_labstoo/pyvenv.cfg");
    assertThat(host.read("/etc/nginx/sites-available/labstoo"))
        .as("a file that is in nobody's way stays")
        .contains("proxy_pass http://unix:/var/run/flask_labstoo_gunicorn.sock;");
    assertThat(host.runScript("stat -c '%U %a' /var/lib/reconcile/backup").strip())
        .isEqualTo("root 700");
  }

  @Test
  @Order(6)
  void aRebootChangesNothing() {
    host.reboot();

    assertThat(host.runScript(FETCH).strip()).isEqualTo("200");
    assertThat(host.exec("reconcile", "--repo", url).stdout()).startsWith("No changes");
  }

  /** docs/adopt.md tells how, because a rollback does not lead back behind the first run. */
  @Test
  @Order(7)
  void theServerMadeByHandComesBackFromTheBackup() {
    String run = host.runScript("reconcile history --json | grep '\"run\"' | tail -n 1");
    run = run.replaceAll("(?s).*: \"([^\"]+)\".*", "$1");
    host.git().push("server", Map.of("reconcile.yaml", "version: 1\n"));
    Operator.succeed(0, host.exec("reconcile", "--repo", url, "--max-prune", "100"));

    host.runScript(
        """
        backup=/var/lib/reconcile/backup/%s
        tar -C $backup --exclude='./etc/nginx/sites-*/flask_labstoo' -c . |
          tar -C / --no-overwrite-dir -xp
        systemctl daemon-reload
        systemctl enable --now gunicorn@flask_labstoo
        nginx -t && systemctl reload nginx
        """
            .formatted(run));

    assertThat(host.runScript("ps -o user= -C gunicorn | sort -u").strip()).isEqualTo("root");
    host.runScript(
        "for _ in $(seq 100); do [ \"$(" + FETCH + ")\" != 200 ] || break; sleep 0.1; done");
    assertThat(host.runScript(PAGE)).contains("Hello, World!");
    assertThat(host.runScript("stat -c %a / /etc /usr").lines()).containsOnly("755");
  }
}
