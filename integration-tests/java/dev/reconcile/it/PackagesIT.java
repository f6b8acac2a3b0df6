// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host has besides apps: packages, files, units, what is its own; and foreign things. */
class PackagesIT {

  private static final String CLEAN_SERVICE =
      """
      [Service]
      Type=oneshot
      ExecStart=/bin/true
      """;

  private static final String CLEAN_TIMER =
      """
      [Timer]
      OnCalendar=*-*-* 03:30:00

      [Install]
      WantedBy=timers.target
      """;

  private static final String FOREIGN_SITE =
      """
      server {
          listen 80;
          server_name shop.test;
          return 200 "by hand";
      }
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void removeAll() {
    operator.push(host(""));
    succeed(0, operator.apply("--max-prune", "20"));
  }

  @Test
  void packagesAreInstalledWithoutQuestions() {
    assertThat(host.exec("tree", "--version").ok()).isFalse();
    DesiredTree tree = host("packages: [tree, hello, nginx]\n");
    operator.push(tree);

    Result apply = succeed(2, operator.apply("--detailed-exitcode"));
    assertThat(apply.stdout())
        .contains("create package hello", "create package tree")
        .doesNotContain("package nginx");
    assertThat(host.run("tree", "--version")).startsWith("tree v");
    assertThat(host.run("hello")).contains("Hello");
    operator.assertConverged();

    operator.push(host("packages: [tree, no-such-package-anywhere]\n"));
    Result failed = succeed(1, operator.apply());
    assertThat(failed.stdout() + failed.stderr()).contains("no-such-package-anywhere");
    // what has left the repo stays installed
    assertThat(host.run("hello")).contains("Hello");
  }

  @Thorough
  @Test
  void packageThatCannotBeInstalledKeepsNoAppWaiting() {
    host.exec("apt-get", "remove", "-qy", "hello");
    operator.push(
        DesiredTree.of("shop")
            .with("reconcile.yaml", "version: 1\npackages: [nginx, no-such-package, hello]\n"));

    Result failed = succeed(1, operator.apply());

    assertThat(failed.stdout()).contains("package no-such-package failed", "package hello created");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.run("hello")).contains("Hello");
  }

  @Test
  void filesAndUnitsComeAndGo() {
    DesiredTree tree =
        host("""
        files:
          /etc/motd.d/shop: {source: files/motd, mode: "0640", group: www-data}
          /opt/deep/er/note: {content: "ü\\n", owner: www-data}
        units:
          clean.service: {source: files/clean.service}
          clean.timer: {source: files/clean.timer, enabled: true, state: started}
          once.service:
            content: |
              [Service]
              Type=oneshot
              ExecStart=/bin/sh -c 'echo ran >>/root/once'
            state: started
        """)
            .with("files/motd", "welcome\n")
            .with("files/clean.service", CLEAN_SERVICE)
            .with("files/clean.timer", CLEAN_TIMER);
    operator.converge(tree);
    assertThat(host.read("/etc/motd.d/shop")).isEqualTo("welcome\n");
    assertThat(host.run("stat", "-c", "%a %U:%G", "/etc/motd.d/shop"))
        .isEqualTo("640 root:www-data\n");
    assertThat(host.read("/opt/deep/er/note")).isEqualTo("ü\n");
    assertThat(host.run("systemctl", "is-enabled", "clean.timer")).isEqualTo("enabled\n");
    assertThat(host.run("systemctl", "list-timers", "--no-legend")).contains("clean.timer");
    operator.assertConverged();
    assertThat(host.read("/root/once")).as("a oneshot service runs once").isEqualTo("ran\n");

    String hourly = CLEAN_TIMER.replace("03:30:00", "*:15:00");
    operator.converge(tree.with("files/clean.timer", hourly));
    assertThat(host.run("systemctl", "show", "--property=TimersCalendar", "clean.timer"))
        .contains("*:15:00");
    operator.assertConverged();

    operator.push(host(""));
    succeed(0, operator.apply("--max-prune", "9"));
    assertThat(host.sh("ls -d /etc/motd.d/shop /opt/deep/er/note /etc/systemd/system/clean.*"))
        .extracting(Result::stdout)
        .isEqualTo("");
    assertThat(host.run("systemctl", "list-units", "--all", "--no-legend", "clean.*")).isEmpty();
    assertThat(host.run("find", "/etc/systemd/system", "-name", "clean*")).isEmpty();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void hostHasItsOwnFile() {
    DesiredTree tree =
        DesiredTree.of("here", "elsewhere")
            .with("reconcile.yaml", "version: 1\nfiles: {/etc/role: {content: common}}\n")
            .with(
                "hosts/web1.yaml",
                """
                apps: [here]
                files: {/etc/role: {content: web}}
                defaults: {env: {GREETING: web1}}
                """)
            .with("hosts/web2.yaml", "apps: [elsewhere]\n");
    operator.converge(tree);
    assertThat(host.read("/etc/role")).isEqualTo("web");
    assertThat(operator.page("here")).isEqualTo(DesiredTree.answer("here", "web1"));
    assertThat(host.exec("test", "-e", "/etc/gunicorn/elsewhere.env").ok()).isFalse();

    Result other = succeed(2, operator.plan("--host", "web2", "--detailed-exitcode"));
    assertThat(other.stdout()).contains("create file /etc/gunicorn/elsewhere.env", "+common");
  }

  @Thorough
  @Test
  void nginxStaysWhenTheLastSiteGoes() {
    operator.converge(DesiredTree.of("shop"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);

    removeAll();

    assertThat(host.run("systemctl", "is-active", "nginx.service")).isEqualTo("active\n");
    assertThat(operator.page("shop")).contains("Welcome to nginx");
  }

  @Test
  void foreignFilesAreRefusedAllAtOnceAndTakenOverOnDemand() {
    host.write("/etc/nginx/sites-available/shop", FOREIGN_SITE, "0644");
    host.run("ln", "-s", "/etc/nginx/sites-available/shop", "/etc/nginx/sites-enabled/shop");
    host.write("/etc/gunicorn/shop.env", "by hand\n", "0644");
    host.write("/etc/issue.shop", "by hand\n", "0600");
    host.write("/etc/gunicorn/other.env", "not named by the repo\n", "0644");
    host.run("systemctl", "reload", "nginx");
    operator.push(
        DesiredTree.of("shop")
            .with("reconcile.yaml", "version: 1\nfiles: {/etc/issue.shop: {content: ours}}\n"));
    String[] places = {"/etc", "/opt", "/usr/share/nginx", "/run"};
    List<String> before = operator.snapshot(places);

    Result refused = succeed(1, operator.apply());

    String said = refused.stdout() + refused.stderr();
    assertThat(said)
        .contains("/etc/nginx/sites-available/shop:", "/etc/gunicorn/shop.env:", "/etc/issue.shop:")
        .contains("--take-over");
    assertThat(differences(before, operator.snapshot(places)))
        .allMatch(line -> line.matches("[+-] /run(/reconcile.lock)? .*"));
    assertThat(operator.page("shop")).isEqualTo("by hand");

    succeed(0, operator.apply("--take-over"));

    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.read("/etc/issue.shop")).isEqualTo("ours");
    assertThat(host.read("/etc/gunicorn/other.env")).isEqualTo("not named by the repo\n");
    for (String path : List.of("/etc/nginx/sites-available/shop", "/etc/issue.shop")) {
      assertThat(host.runScript("cat /var/lib/reconcile/backup/*" + path)).contains("by hand");
    }
    assertThat(host.runScript("stat -c %a /var/lib/reconcile/backup/*/etc/issue.shop"))
        .isEqualTo("600\n");
    operator.assertConverged();
    host.run("rm", "/etc/gunicorn/other.env");
  }

  @Test
  void oneRunAtATime() {
    // a start that takes long: a holder of the lock that ends when it is told to
    operator.push(
        host(
            "units: {slow.service: {content: \"%s\", state: started}}\n"
                .formatted(
                    "[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/sh -c"
                        + " 'until test -e /run/go; do sleep 0.1; done'\\n")));
    String pid = startHolder();

    Result locked = succeed(75, operator.apply());
    assertThat(locked.stderr()).contains("pid " + pid);
    assertThat(succeed(75, operator.apply("--lock-timeout", "1s")).stderr()).contains(pid);
    // looking needs no lock
    succeed(0, operator.plan());

    host.runScript("(sleep 2; touch /run/go) >/dev/null 2>&1 &");
    succeed(0, operator.apply("--lock-timeout", "50s"));
    operator.assertConverged();

    host.run("rm", "/run/go");
    host.run("systemctl", "stop", "slow.service");
    String second = startHolder();
    host.run("kill", "-KILL", second);
    host.write("/run/go", "", "0644");
    succeed(0, operator.apply("--lock-timeout", "20s"));
    operator.assertConverged();
  }

  /** Starts an apply that does not end by itself, and gives its process id once it has the lock. */
  private static String startHolder() {
    return host.runScript(
            """
            rm -f /run/reconcile.lock
            setsid reconcile --repo %s >/tmp/holder.log 2>&1 </dev/null &
            for _ in $(seq 300); do
              if systemctl show --property=ActiveState slow.service | grep -q activating; then
                sed -n 's/^pid \\([0-9]*\\) .*/\\1/p' /run/reconcile.lock
                exit 0
              fi
              sleep 0.1
            done
            cat /tmp/holder.log
            exit 1
            """
                .formatted(operator.repo()))
        .strip();
  }

  private static DesiredTree host(String more) {
    return new DesiredTree(Map.of("reconcile.yaml", "version: 1\n" + more));
  }
}
