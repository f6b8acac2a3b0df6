// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that somebody works on is left alone, by hand and by the timer's service. */
class SuspendIT {
  private static final String[] PLACES = {"/etc", "/opt", "/usr/share/nginx", "/var/lib/reconcile"};
  private static final String BACKGROUND =
      """
      processes: {job: sleep infinity}
      schedules: {tick: {run: touch /srv/ticks/tick, at: "*-*-* *:*:0/2"}}
      """;
  private static final DesiredTree CHANGED = tree("env: {GREETING: changed}\n");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript("install -d -o www-data /srv/ticks");
    operator.converge(tree(""));
  }

  private static DesiredTree tree(String more) {
    return DesiredTree.bare().plain("shop", BACKGROUND + more);
  }

  private static String job() {
    return host.run("systemctl", "show", "-P", "MainPID", "gunicorn-process@shop.job.1.service");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Test
  void nothingIsChangedUntilItIsResumed() {
    host.run("reconcile", "timer", "install", "--every", "1d", "--repo", operator.repo());
    host.run("env", "SUDO_USER=ann", "reconcile", "suspend", "--reason", "moving the database");
    operator.push(CHANGED);
    List<String> before = operator.snapshot(PLACES);
    String job = job();
    host.run("rm", "-f", "/srv/ticks/tick");

    Result apply = succeed(0, operator.apply("--detailed-exitcode"));
    assertThat(apply.stderr()).contains("by ann on 20", ": moving the database");
    host.run("systemctl", "start", "reconcile.service");
    assertThat(host.journal("reconcile")).contains("moving the database");
    assertThat(host.run("systemctl", "show", "-P", "Result", "reconcile.service"))
        .isEqualTo("success\n");
    assertThat(Operator.differences(before, operator.snapshot(PLACES)))
        .as("all that is written is the report")
        .allMatch(line -> line.matches(". /var/lib/reconcile(/last-run\\.json)? .*"));
    assertThat(host.read("/var/lib/reconcile/last-run.json")).contains("\"by\" : \"ann\"");

    assertThat(operator.plan().stdout()).contains("update file /etc/gunicorn/shop.env");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(job()).as("processes and schedules go on").isEqualTo(job);
    host.runScript(
        "for i in $(seq 50); do if [ -e /srv/ticks/tick ]; then exit; fi; sleep 0.1; done; exit 1");

    // who works on the server may stop them, and no run starts them again
    host.run("systemctl", "stop", "gunicorn-process@shop.*", "gunicorn-schedule@shop.*.timer");
    host.run("systemctl", "start", "reconcile.service");
    assertThat(job()).isEqualTo("0\n");

    host.run("reconcile", "resume");
    host.run("systemctl", "start", "reconcile.service");
    assertThat(operator.page("shop")).isEqualTo("changed from www-data\n");
    assertThat(job()).isNotEqualTo("0\n");
    host.run("systemctl", "is-active", "gunicorn-schedule@shop.tick.timer");
    host.run("reconcile", "suspend", "--reason", "again");
    succeed(0, host.exec("reconcile", "rollback", "shop"));
    assertThat(operator.page("shop")).as("a rollback is asked for").isEqualTo(DesiredTree.ANSWER);
  }
}
