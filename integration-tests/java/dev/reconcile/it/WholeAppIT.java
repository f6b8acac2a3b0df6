// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What is promised of an app, with apps that have everything: each promise holds for the web
 * process, for all background processes and for the schedule. CrashIT kills runs of such an app.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeAppIT {
  private static final String PARALLEL = "version: 1\nlimits: {parallel: 3%s}\n";

  private static Operator operator;
  private static TestHost host;
  private static WholeApp shop;
  private static WholeApp stock;
  private static WholeApp jobs;
  private static String port;

  /** What runs now, and is to go on running. */
  private static DesiredTree live;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    WholeApp.prepare(host);
    shop = new WholeApp(operator, "shop");
    stock = new WholeApp(operator, "stock");
    jobs = new WholeApp(operator, "jobs");
    live = tree("1", "1", "1");
    operator.converge(live);
    port = port();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
  }

  private static DesiredTree tree(String ofShop, String ofStock, String ofJobs) {
    DesiredTree tree = DesiredTree.bare().withRaw("reconcile.yaml", PARALLEL.formatted(""));
    tree = jobs.withoutWeb(tree, ofJobs);
    return stock.in(shop.in(tree, ofShop, "port"), ofStock, "socket");
  }

  /** The port of shop, which a run chose. */
  private static String port() {
    return host.runScript("grep -o '127.0.0.1:[0-9]*' /etc/nginx/sites-available/shop");
  }

  @Test
  @Order(1)
  void everythingRunsWithTheValuesAsTheyAreWritten() {
    shop.assertRuns("1");
    stock.assertRuns("1");
    jobs.assertWorks("1");
    assertThat(host.exec("reconcile", "status").stdout())
        .contains("mail.1: up", "queue.1: up", "nightly: succeeded", "\nHealthy\n")
        .doesNotContain("no site");
    operator.assertConverged();
  }

  @Test
  @Order(2)
  void valuesThatNoProgramCouldGetAreRefusedAtTheirPlaces() {
    String bad =
        """
        source: {folder: src/shop}
        site: false
        processes:
          newline: "sleep\\n1"
          variable: {run: sleep 1, env: {A: "x\\ny"}}
          "a%i": sleep 1
          word: sleep LONG
          value: {run: sleep 1, env: {A: LONG}}
          systemd: {run: sleep 1, env: {NOTIFY_SOCKET: x}}
          many: {run: sleep 1, instances: 65}
        schedules:
          times: {run: sleep 1, at: "daily\\nOnBootSec=1"}
          long: {run: sleep LONG, at: daily}
        """
            .replace("LONG", "y".repeat(131_072));
    operator.push(live.withRaw("apps/bad.yaml", bad));
    Result plan = succeed(65, operator.plan());
    for (String place : List.of("4, column 12", "5", "6", "7", "8", "9", "10", "12", "13")) {
      assertThat(plan.stderr()).contains("on apps/bad.yaml line " + place);
    }
    assertThat(plan.stderr())
        .contains("Argument too long", "A with its value has 131074 bytes; Linux allows 131071.")
        .doesNotContain("--root");
  }

  @Test
  @Order(3)
  void aWorkerThatFailsTakesItsAppBackAndNoOther() {
    DesiredTree next = stock.broken(tree("2", "2", "2"));
    operator.push(next);
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Process did not stay up", "no such queue", "stock was rolled back");
    shop.assertRuns("2");
    stock.assertRuns("1");
    jobs.assertWorks("2");
    assertThat(port()).isEqualTo(port);

    String before = stock.pids();
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("App in quarantine")
        .doesNotContain("restarted");
    assertThat(stock.pids()).isEqualTo(before);
    live = tree("2", "1", "2");
  }

  @Thorough
  @Test
  @Order(4)
  void aRollbackByHandBringsAllOfItBack() {
    String others = stock.pids() + jobs.pids();
    succeed(0, host.exec("reconcile", "rollback", "shop"));
    shop.assertRuns("1");
    assertThat(stock.pids() + jobs.pids()).isEqualTo(others);
    assertThat(host.read(shop.data() + "/released")).as("no step ran again").isEqualTo("12");
  }

  @Thorough
  @Test
  @Order(5)
  void aDiskThatIsFullDuringADeployTakesItBack() {
    String before = shop.workers();
    DesiredTree next = tree("3", "1", "2");
    String yaml = String.valueOf(next.files().get("apps/shop.yaml"));
    next = next.withRaw("apps/shop.yaml", yaml.replace("instances: 2", "instances: 3"));
    operator.push(jobs.broken(next));
    host.run("sh", "-ec", FullDiskIT.FULL, "sh", "/etc/systemd/system");
    Result failed;
    try {
      failed = operator.apply();
    } finally {
      host.runScript("umount --lazy /etc/systemd/system; systemctl daemon-reload");
    }
    String said = failed.stdout() + failed.stderr();
    assertThat(said).contains("No space left on device").doesNotContain("Exception", "\tat ");
    assertThat(failed.exitCode()).as(said).isEqualTo(3);
    shop.assertRuns("1");
    assertThat(shop.workers()).as("no worker was stopped").isEqualTo(before);
    jobs.assertWorks("2");
  }

  @Test
  @Order(6)
  void aProtectedAppStaysAndALimitCountsItAsOne() {
    String settings = PARALLEL.formatted("") + "protect: [stock]\n";
    live = tree("3", "1", "2");
    operator.push(jobs.broken(live.withRaw("reconcile.yaml", settings)));
    assertThat(succeed(3, operator.apply()).stdout()).contains("jobs was rolled back");
    jobs.assertWorks("2");
    shop.assertRuns("3");
    assertThat(port()).isEqualTo(port);
    String before = stock.pids();
    String limited = PARALLEL.formatted(", max_prune: 0");
    DesiredTree gone = live.withRaw("reconcile.yaml", limited).withoutApp("stock");
    operator.push(gone);
    Result kept = succeed(0, operator.apply());
    assertThat(kept.stdout() + kept.stderr()).contains("Protected app missing from the repo");
    assertThat(stock.pids()).isEqualTo(before);
    stock.assertRuns("1");
    // its logs are rotated like those of the other apps
    host.runScript("cd /var/log/gunicorn/stock; mv error.log old.log; " + Stage.ROTATE);
    host.runScript("cd /var/log/gunicorn/stock; until [ -e error.log ]; do sleep 0.1; done");

    operator.push(gone.withoutApp("jobs"));
    Result refused = succeed(1, operator.apply());
    assertThat(refused.stdout() + refused.stderr())
        .contains("Too many deletions", "app jobs", "--max-prune 1");
    jobs.assertWorks("2");

    succeed(0, operator.apply("--max-prune", "2"));
    stock.assertGone();
    jobs.assertGone();
    operator.assertConverged();
    live = live.withoutApp("stock").withoutApp("jobs");
  }

  @Thorough
  @Test
  @Order(7)
  void unitsMadeByHandUnderItsNamesAreTakenOver() {
    host.runScript(
        """
        cd /etc/systemd/system
        printf '[Service]\\nExecStart=/bin/sleep 10001\\n' >gunicorn-process@stock.mail.1.service
        printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c "echo hand >>/root/hand"\\n' \
          >gunicorn-schedule@stock.nightly.service
        printf '[Timer]\\nOnCalendar=*:*:0/1\\nAccuracySec=10ms\\n[Install]\\nWantedBy=timers.target\\n' \
          >gunicorn-schedule@stock.nightly.timer
        systemctl daemon-reload
        systemctl start gunicorn-process@stock.mail.1
        systemctl enable --now gunicorn-schedule@stock.nightly.timer
        for _ in $(seq 100); do [ ! -s /root/hand ] || break; sleep 0.1; done
        """);
    live = stock.in(live, "4", "socket");
    operator.push(live);
    Result refused = succeed(3, operator.apply());
    for (String unit : List.of("process@stock.mail.1.service", "schedule@stock.nightly.timer")) {
      assertThat(refused.stdout() + refused.stderr())
          .contains("conflict /etc/systemd/system/gunicorn-" + unit, "--take-over");
    }
    assertThat(host.run("pgrep", "-f", "^/bin/sleep 10001")).isNotEmpty();

    host.runScript("rm %s/runs".formatted(stock.data()));
    succeed(0, operator.apply("--take-over"));
    host.run("test", "!", "-e", stock.data() + "/runs"); // not even once at the times by hand
    host.runScript("rm /root/hand");
    stock.assertRuns("4");
    assertThat(host.exec("pgrep", "-f", "^/bin/sleep 10001").ok()).isFalse();
    assertThat(host.runScript("cd /var/lib/reconcile/backup; find . -name '*@stock.nightly.timer'"))
        .contains("/etc/systemd/system/gunicorn-schedule@stock.nightly.timer");
    assertThat(host.sh("test -e /root/hand").ok()).as("the command by hand ran").isFalse();
    operator.assertConverged();
  }
}
