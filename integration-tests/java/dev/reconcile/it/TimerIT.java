// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The command timer, on a server that has reconcile without its package. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TimerIT {
  private static final List<String> NO_LONGER =
      List.of(
          "/etc/systemd/system/reconcile.service",
          "/etc/systemd/system/reconcile.timer",
          "/etc/systemd/system/timers.target.wants/reconcile.timer");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.push(DesiredTree.of("shop"));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Test
  @Order(1)
  void installedTimerIsOnAndItsServiceConverges() {
    String said = timer("install", "--every", "1h", "--repo", operator.repo());

    assertThat(said).endsWith("reconcile.timer runs reconcile every 1 h\n");
    assertThat(host.run("systemd-analyze", "verify", Timer.SERVICE, Timer.TIMER)).isEmpty();
    assertThat(host.run("systemctl", "is-enabled", Timer.TIMER)).isEqualTo("enabled\n");
    assertThat(secondsToNext()).isBetween(-1, 62 * 60);
    assertThat(new Timer(host).elapse()).contains(" changed, 0 failed");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Test
  @Order(2)
  void onceMoreThereIsNothingToDoUntilItIsStopped() {
    assertThat(timer("install", "--every", "1h")).isEqualTo("No changes.\n");

    host.run("systemctl", "stop", Timer.TIMER);

    assertThat(timer("install", "--every", "1h"))
        .isEqualTo("reconcile.timer runs reconcile every 1 h\n");
    assertThat(host.run("systemctl", "is-active", Timer.TIMER)).isEqualTo("active\n");
  }

  @Test
  @Order(3)
  void anotherIntervalCountsAtOnce() {
    for (String every : List.of("7min", "1d", "2min")) {
      timer("install", "--every", every);
      assertThat(host.run("systemd-analyze", "verify", Timer.TIMER)).isEmpty();
    }

    assertThat(secondsToNext()).isBetween(-1, 150);
    assertThat(timer("install", "--every", "2min")).isEqualTo("No changes.\n");
  }

  @Test
  @Order(4)
  void removedTimerIsGoneAndTheAppStays() {
    timer("remove");

    assertThat(host.exec("systemctl", "is-active", Timer.TIMER).stdout()).isEqualTo("inactive\n");
    assertThat(host.exec("systemctl", "list-unit-files", "--no-legend", "reconcile.*").stdout())
        .isEmpty();
    for (String file : NO_LONGER) {
      assertThat(host.exec("test", "-e", file).ok()).describedAs(file).isFalse();
    }
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(timer("remove")).isEqualTo("No changes.\n");
    operator.assertConverged();
  }

  private static String timer(String verb, String... options) {
    String[] argv = new String[options.length + 3];
    argv[0] = "reconcile";
    argv[1] = "timer";
    argv[2] = verb;
    System.arraycopy(options, 0, argv, 3, options.length);
    return host.run(argv);
  }

  private static int secondsToNext() {
    String seconds =
        host.runScript(
            """
            next=$(systemctl show --property=NextElapseUSecRealtime --value reconcile.timer)
            echo $(($(date -d "$next" +%s) - $(date +%s)))
            """);
    return Integer.parseInt(seconds.strip());
  }
}
