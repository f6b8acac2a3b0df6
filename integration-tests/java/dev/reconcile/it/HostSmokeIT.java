// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The test host is a server like the ones that are meant, and needs no network. */
class HostSmokeIT {

  private static final String UNIT =
      """
      [Service]
      Type=notify
      User=www-data
      WorkingDirectory=/srv/%i
      ExecStart=/opt/v/bin/gunicorn --workers 2 --bind 127.0.0.1:8000 main:app
      NoNewPrivileges=true
      PrivateDevices=true
      PrivateTmp=true
      ProtectControlGroups=true
      ProtectHome=true
      ProtectKernelTunables=true
      ProtectSystem=strict
      RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
      SystemCallFilter=@system-service
      """;

  private static TestHost host;

  @BeforeAll
  static void boot() {
    host = TestHost.boot();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  void onlyLoopbackIsThere() {
    assertThat(host.run("ip", "-o", "link").lines()).singleElement().asString().contains(" lo:");
    assertThat(host.run("hostname").strip()).isEqualTo("web1");
  }

  @Test
  void nginxServesItsDefaultSite() {
    assertThat(host.exec("nginx", "-v").stderr()).startsWith("nginx version: nginx/1.");
    assertThat(nginxStatus()).isEqualTo("200");
  }

  @Test
  void aptInstallsOffline() {
    assertThat(host.exec("tree", "--version").ok()).isFalse();
    host.runScript("apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy tree");
    assertThat(host.run("tree", "--version")).startsWith("tree v");
  }

  @Test
  void pipInstallsOfflineIntoVenv() {
    assertThat(host.exec("python3", "-c", "import flask").ok()).isFalse();
    makeVenv();
    assertThat(host.run("/opt/v/bin/gunicorn", "--version")).startsWith("gunicorn (version 20.1");
    assertThat(host.run("/opt/v/bin/pip", "check")).contains("No broken requirements");
    assertThat(host.run("/opt/v/bin/python", "-c", "import flask; print(flask.Flask.__name__)"))
        .isEqualTo("Flask\n");
  }

  @Test
  void gunicornRunsAsHardenedUnit() {
    makeVenv();
    host.write("/srv/shop/main.py", "import flask\napp = flask.Flask('shop')\n", "0644");
    host.write("/etc/systemd/system/gunicorn@.service", UNIT, "0644");
    host.runScript("systemctl daemon-reload && systemctl start gunicorn@shop");
    // gunicorn tells systemd that it is ready before it has started its last worker
    host.runScript(
        "master=$(systemctl show --property=MainPID --value gunicorn@shop); "
            + "timeout 30 sh -c \"until [ \\$(pgrep -cP $master) = 2 ]; do sleep 0.1; done\"");
    assertThat(host.workers("shop")).hasSize(2).isSorted();
    assertThat(host.journal("gunicorn@shop")).contains("Booting worker");
    host.run("systemctl", "stop", "gunicorn@shop");
    assertThat(host.workers("shop")).isEmpty();
  }

  @Test
  void stagedNginxTreeIsTestedUnderItsRealName() {
    host.runScript("rm -rf /tmp/n && cp -a /etc/nginx /tmp/n && echo broken >/tmp/n/conf.d/x.conf");
    String test = "unshare -m sh -ec 'mount --bind /tmp/n /etc/nginx && nginx -t'";
    assertThat(host.sh(test).stderr()).contains("/etc/nginx/conf.d/x.conf:");
    assertThat(host.exec("nginx", "-t").ok()).isTrue();
  }

  @Test
  void gitIsServedOverSshToThoseWithKey() {
    GitServer git = host.git();
    String first = git.push("shop", Map.of("a/one.txt", "one\n", "two.txt", "two\n"));
    String second = git.push("shop", Map.of("two.txt", "zwei\n"));
    String clone = "rm -rf /tmp/c && GIT_SSH_COMMAND='ssh -o BatchMode=yes' git clone -q %s /tmp/c";
    assertThat(host.sh(clone.formatted(git.sshUrl("shop"))).ok()).isFalse();

    git.allowRoot();
    host.runScript(clone.formatted(git.sshUrl("shop")));

    assertThat(host.run("git", "-C", "/tmp/c", "log", "--format=%H"))
        .isEqualTo(second + "\n" + first + "\n");
    assertThat(host.run("git", "-C", "/tmp/c", "ls-files")).isEqualTo("two.txt\n");
    assertThat(host.read("/tmp/c/two.txt")).isEqualTo("zwei\n");
  }

  @Test
  void certificateIsWhereCertbotPutsIt() {
    host.makeCertificate("shop.test");
    String live = "/etc/letsencrypt/live/shop.test/";
    assertThat(host.run("openssl", "x509", "-noout", "-subject", "-in", live + "fullchain.pem"))
        .contains("shop.test");
    assertThat(host.run("stat", "-c", "%a", live + "privkey.pem")).isEqualTo("600\n");
  }

  @Test
  void filesArriveAsWritten() {
    String large = "ü\n".repeat(200_000);
    for (String path : new String[] {"/run/a/b", "/tmp/b", "/etc/a b/c"}) {
      host.write(path, large, "0640");
      assertThat(host.read(path)).isEqualTo(large);
      assertThat(host.run("stat", "-c", "%a %U", path)).isEqualTo("640 root\n");
    }
    assertThat(host.run("ls", "/var/tmp/uploads")).isEmpty();
  }

  @Test
  void rebootEmptiesRunAndStartsServicesAgain() {
    host.write("/run/mark", "x", "0644");
    host.write("/etc/mark", "x", "0644");
    host.reboot();
    assertThat(host.exec("test", "-e", "/run/mark").ok()).isFalse();
    assertThat(host.read("/etc/mark")).isEqualTo("x");
    assertThat(nginxStatus()).isEqualTo("200");
    assertThat(host.journal("nginx").lines().filter(line -> line.contains("Started")))
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void jarRunsOnTheHost() {
    host.copyJar();
    assertThat(host.exec("reconcile", "--help").exitCode()).isNotEqualTo(127);
  }

  @Test
  void failureTellsCommandOutputAndJournal() {
    assertThatThrownBy(() -> host.runScript("echo told; exit 3"))
        .hasMessageContainingAll("sh -ec echo told; exit 3", "exit code 3", "told", "journal");
    assertThatThrownBy(() -> host.exec(Duration.ofSeconds(1), "sleep", "60"))
        .hasMessageContainingAll("sleep 60", "no end after 1 s");
  }

  @Test
  void appThatDoesNotRunHasNoWorkers() {
    assertThat(host.workers("none")).isEmpty();
  }

  private static void makeVenv() {
    host.runScript(
        """
        [ -d /opt/v ] || python3 -m venv /opt/v
        /opt/v/bin/pip install -q flask gunicorn
        """);
  }

  private static String nginxStatus() {
    return host.run("curl", "-so", "/dev/null", "-w", "%{http_code}", "http://localhost/");
  }
}
