// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One project in two services made by hand, a site and a worker, becomes one app. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdoptPairIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String OLD = "celery.service";
  private static final String NEW = "gunicorn-process@shop.celery.1.service";

  private static TestHost host;
  private static String report;

  @BeforeAll
  static void makeByHand() throws IOException {
    host = TestHost.boot();
    host.copyJar();
    host.makeByHand("pair-by-hand.sh");
    host.runScript("git config --global user.name me; git config --global user.email me@test");
    host.runScript(
        """
        for _ in $(seq 100); do
          curl -sf -H Host:shop.test http://localhost/ && exit
          sleep 0.1
        done
        exit 1
        """);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  /** What the worker that takes a job prints. */
  private static String job(String name) {
    return host.runScript(
        """
        cd /srv/shop/jobs
        runuser -u deploy -- touch %1$s.new
        for _ in $(seq 100); do [ ! -e %1$s.done ] || break; sleep 0.1; done
        cat %1$s.done
        """
            .formatted(name));
  }

  private static String show(String unit, String property) {
    return host.run("systemctl", "show", "-P", property, unit).strip();
  }

  /** The command of the report's last part that begins so. */
  private static String next(String beginning) {
    return report
        .substring(report.indexOf("Next:\n"))
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError(beginning + " is not in\n" + report));
  }

  private static Result reconcile(String... options) {
    return host.exec(LIMIT, options);
  }

  @Test
  @Order(1)
  void bothServicesAreOneApp() {
    String processes = show("gunicorn.service", "MainPID") + show(OLD, "MainPID");
    assertThat(job("before")).isEqualTo("first live mail --queue mail -l info\n");
    report = succeed(0, reconcile("reconcile", "adopt", "/root/server")).stdout();
    assertThat(report)
        .contains("celery.service becomes its process celery", "Valid: 1 app.\n")
        .doesNotContain("by a drop-in of its unit");
    assertThat(show("gunicorn.service", "MainPID") + show(OLD, "MainPID")).isEqualTo(processes);
    host.runScript("cd /root/server; " + next("git init"));
  }

  @Test
  @Order(2)
  void theSiteServesWhileItIsTakenOver() {
    Load.During during =
        Load.of(
            host,
            "shop",
            () -> reconcile("reconcile", "--repo", "/root/server", "--take-over", "--quiet"));
    succeed(0, during.result());
    assertThat(during.load().failed()).isZero();
    assertThat(show(OLD, "ActiveState")).as("until a person stops it").isEqualTo("active");
    assertThat(show(NEW, "ActiveState")).isEqualTo("active");
  }

  @Test
  @Order(3)
  void thePrintedCommandsEndTheOldServices() {
    String worker = show(NEW, "MainPID");
    Load.During during =
        Load.of(
            host,
            "shop",
            () -> {
              host.runScript(next("reconcile adopt --unasked gunicorn.service"));
              return host.exec("sh", "-ec", next("systemctl disable --now " + OLD));
            });
    succeed(0, during.result());
    assertThat(during.load().failed()).isZero();
    for (String unit : List.of("gunicorn.service", OLD)) {
      assertThat(show(unit, "ActiveState")).as(unit).isEqualTo("inactive");
      assertThat(host.exec("systemctl", "is-enabled", unit).stdout()).isEqualTo("disabled\n");
    }
    assertThat(host.run("pgrep", "-f", "shop[.]worker").strip()).isEqualTo(worker);
    assertThat(job("after")).isEqualTo("first live mail --queue mail -l info\n");
  }

  @Test
  @Order(4)
  void siteAndWorkerRunTheSameCodeFromNowOn() {
    String web = show("gunicorn@shop.service", "MainPID");
    for (String link : List.of("cwd", "exe")) {
      String ofWeb = host.run("readlink", "/proc/" + web + "/" + link);
      String ofWorker = host.run("readlink", "/proc/" + show(NEW, "MainPID") + "/" + link);
      assertThat(ofWorker).as(link).isEqualTo(ofWeb);
    }
    assertThat(host.runScript("tr '\\0' '\\n' </proc/%s/environ".formatted(show(NEW, "MainPID"))))
        .contains("PATH=/opt/py_envs/shop/bin:");
    host.runScript(
        """
        sed -i s/first/second/ /srv/shop/shop/__init__.py
        reconcile restart shop
        """);
    assertThat(job("later")).isEqualTo("second live mail --queue mail -l info\n");
    assertThat(host.run("curl", "-s", "-H", "Host: shop.test", "http://localhost/"))
        .isEqualTo("second live\n");
    Result plan =
        succeed(0, reconcile("reconcile", "plan", "--repo", "/root/server", "--detailed-exitcode"));
    assertThat(plan.stdout()).startsWith("No changes");
    assertThat(show(OLD, "ActiveState")).isEqualTo("inactive");
  }
}
