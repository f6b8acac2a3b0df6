// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Things are broken one by one: each is found, and the command that is printed mends it. */
class DoctorIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String CONFIG = "/etc/reconcile/config.yaml";

  /** What is done to the host, and what is found. */
  enum Damage {
    NGINX_STOPPED("systemctl stop nginx.service", "nginx not running"),
    SITES_NOT_INCLUDED(
        "sed -i '/sites-enabled/d' /etc/nginx/nginx.conf", "sites-enabled not included by nginx"),
    OWN_SITE_BROKEN(
        "echo 'nonsense' >>/etc/nginx/sites-available/shop", "nginx configuration refused"),
    NO_USER("userdel www-data --force", "Missing user www-data"),
    NO_REPO("sed -i '/^repo/d' /etc/reconcile/config.yaml", "No repo configured"),
    MISTAKE("echo 'rpeo: x' >>/etc/reconcile/config.yaml", "Invalid configuration file"),
    TIMER_OFF("systemctl disable --now reconcile.timer", "Inactive timer"),
    TIMER_NOT_ENABLED("systemctl disable reconcile.timer", "Inactive timer"),
    NO_TIMER("reconcile timer remove", "No timer installed"),
    STATE_DAMAGED("echo '{' >/var/lib/reconcile/state.json", "Unreadable state.json"),
    RUN_FAILED(
        """
        mv /srv/git/desired.git /srv/git/away
        ! reconcile
        mv /srv/git/away /srv/git/desired.git
        """,
        "Last run failed"),
    LONG_AGO(
        "sed -i 's/\\(\"finished\" : \"\\)20[0-9]*/\\12020/' /var/lib/reconcile/last-run.json",
        "Last run overdue"),
    LOCK(
        """
        echo 'import fcntl, time' >/root/hold.py
        echo 'f = open("/run/reconcile.lock", "a"); fcntl.lockf(f, fcntl.LOCK_EX)' >>/root/hold.py
        echo 'open("/root/held", "w"); time.sleep(1000)' >>/root/hold.py
        systemd-run --unit=holder python3 /root/hold.py
        for _ in $(seq 100); do [ ! -e /root/held ] || break; sleep 0.1; done
        touch -d '2 hours ago' /run/reconcile.lock
        """,
        "Lock held for over an hour"),
    BRIDGE("systemd-run --unit=reconcile-bridge-shop.x sleep 1000", "Standby instance left behind");

    private final String script;
    private final String summary;

    Damage(String script, String summary) {
      this.script = script;
      this.summary = summary;
    }
  }

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void converge() {
    operator = Operator.boot();
    host = operator.host();
    operator.converge(DesiredTree.of("shop"));
    host.run("reconcile", "timer", "install", "--every", "1d", "--repo", operator.repo());
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static Result doctor(String... options) {
    String[] argv = new String[options.length + 2];
    argv[0] = "reconcile";
    argv[1] = "doctor";
    System.arraycopy(options, 0, argv, 2, options.length);
    return host.exec(argv);
  }

  private static void assertHealthy() {
    Result result = Operator.succeed(0, doctor());
    assertThat(result.stdout()).matches("No findings \\(\\d+ checks\\)\\.\n");
    assertThat(Operator.succeed(0, doctor("--json")).stdout()).contains("\"healthy\" : true");
  }

  private static List<String> commands(String text) {
    return text.lines()
        .filter(line -> line.startsWith("    "))
        .map(line -> line.substring(4))
        .toList();
  }

  @Test
  void healthyHostSaysSoInOneLineAndIsNotTouched() {
    assertHealthy();
    List<String> before = operator.snapshot("/etc", "/var/lib/reconcile", "/run", "/opt");

    assertHealthy();

    assertThat(
            Operator.differences(
                before, operator.snapshot("/etc", "/var/lib/reconcile", "/run", "/opt")))
        .isEmpty();
  }

  // nginx -t makes the logs that are missing
  @Test
  void nginxIsAskedWithoutATrace() {
    host.runScript(
        """
        mkdir /srv/logs
        echo 'access_log /srv/logs/all.log;' >/etc/nginx/conf.d/all.conf
        """);
    assertHealthy();
    assertThat(host.runScript("ls -A /srv/logs; rm -r /srv/logs /etc/nginx/conf.d/all.conf"))
        .isEmpty();
  }

  /** systemd shows such a process as active or about to start, at nearly every instant. */
  @Test
  void processThatEndsAgainAndAgain() {
    host.runScript(
        """
        unit=gunicorn-process@shop.loop.1.service
        cd /etc/systemd/system
        printf '[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=sleep 0.5\n' >$unit
        printf 'Restart=always\nRestartSec=1\n' >>$unit
        ln -s ../$unit gunicorn.target.wants/
        systemctl daemon-reload
        systemctl start $unit
        for _ in $(seq 100); do
          [ "$(systemctl show --property NRestarts --value $unit)" -lt 4 ] || break
          sleep 0.2
        done
        """);
    assertThat(Operator.succeed(1, doctor()).stdout())
        .contains("Process restarted again and again", "gunicorn-process@shop.loop.1.service");
    host.runScript(
        """
        systemctl stop gunicorn-process@shop.loop.1.service
        cd /etc/systemd/system
        rm gunicorn.target.wants/gunicorn-process@shop.loop.1.service
        rm gunicorn-process@shop.loop.1.service
        systemctl daemon-reload
        """);
    assertHealthy();
  }

  static List<Damage> rows() {
    return Sampled.of(List.of(Damage.values()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsFoundIsMendedByItsCommand(Damage damage) {
    assertHealthy();
    host.runScript(damage.script);

    Result found = Operator.succeed(1, doctor());
    assertThat(found.stdout().lines()).contains(damage.summary);
    assertThat(Operator.succeed(1, doctor("--json")).stdout())
        .contains("\"summary\" : \"" + damage.summary + "\"");

    for (String command : commands(found.stdout())) {
      Result mended = host.exec(LIMIT, "sh", "-ec", command);
      assertThat(mended.exitCode()).describedAs("%s\n%s", command, mended).isZero();
    }
    assertHealthy();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void theWayToAGitServerIsFoundStepByStep() {
    host.runScript("cp -p " + CONFIG + " /root/config.yaml");
    try {
      host.write(CONFIG, "repo: git@git.invalid:desired.git\n", "0600");
      assertThat(Operator.succeed(1, doctor()).stdout())
          .contains("Unreadable repo", "Unknown host name", "getent hosts git.invalid")
          .doesNotContain("ssh key");
      host.write(CONFIG, "repo: ssh://git@localhost:1/desired.git\n", "0600");
      assertThat(Operator.succeed(1, doctor()).stdout())
          .contains("Unreadable repo", "No connection to the ssh server")
          .doesNotContain("Missing ssh key");

      host.write(CONFIG, "repo: git@localhost:desired.git\n", "0600");
      String first = Operator.succeed(1, doctor()).stdout();
      assertThat(first).contains("Unknown ssh host key");
      commands(first).forEach(command -> host.run("sh", "-ec", command));

      String second = Operator.succeed(1, doctor()).stdout();
      assertThat(second).contains("Missing ssh key of root");
      commands(second).forEach(command -> host.run("sh", "-ec", command));
      host.runScript("cat /root/.ssh/id_ed25519.pub >>/srv/git/.ssh/authorized_keys");

      assertHealthy();
      host.runScript(
          "mv /srv/git/.ssh/authorized_keys /root/keys; install -m 600 -o git /dev/null"
              + " /srv/git/.ssh/authorized_keys");
      assertThat(Operator.succeed(1, doctor()).stdout())
          .contains("Unreadable repo", "ssh -T git@localhost");
    } finally {
      host.runScript("cp -p /root/config.yaml " + CONFIG + "; rm -rf /root/.ssh");
    }
    assertHealthy();
  }

  @Test
  void nobodyButRootMayLook() {
    Result result = host.exec("runuser", "-u", "www-data", "--", "reconcile", "doctor");
    assertThat(result.exitCode()).isEqualTo(77);
  }
}
