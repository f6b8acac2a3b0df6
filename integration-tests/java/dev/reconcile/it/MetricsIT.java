// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus' node_exporter, as Debian has it, makes of the file that runs leave. */
class MetricsIT {
  private static final String FOLDER = "/var/lib/prometheus/node-exporter";
  private static final String BACKGROUND =
      """
      processes: {worker: sleep infinity}
      schedules: {nightly: {run: "true", at: "*-*-* 03:10"}}
      """;
  private static final String BROKEN = "gunicorn: {app: \"main:none\"}\n";

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

  /** What is scraped: series to value, and "TYPE" and "HELP" of a metric to what is said. */
  private static Map<String, String> scrape() {
    String text = host.run("curl", "-sSf", "--max-time", "20", "http://localhost:9100/metrics");
    Map<String, String> values = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# ")) {
        values.put(words[1] + " " + words[2], words[3]);
      } else {
        values.put(words[0], words[1]);
      }
    }
    assertThat(Double.parseDouble(values.get("node_textfile_scrape_error"))).isZero();
    return values;
  }

  private static double number(Map<String, String> values, String name) {
    assertThat(values).containsKey(name);
    return Double.parseDouble(values.get(name));
  }

  @Test
  void runsAreToldToPrometheus() {
    operator.converge(DesiredTree.of("shop").plain("blog", BACKGROUND));
    assertThat(host.exec("test", "-e", "/var/lib/prometheus").ok()).isFalse();
    host.runScript("dpkg --install /srv/tools/prometheus-node-exporter/*.deb");
    host.runScript("systemctl is-active prometheus-node-exporter; test -d " + FOLDER);

    double begin = Double.parseDouble(host.run("date", "+%s"));
    succeed(0, operator.apply());
    Map<String, String> first = scrape();
    assertThat(first)
        .containsEntry("TYPE reconcile_last_run_timestamp_seconds", "gauge")
        .containsEntry("HELP reconcile_last_run_exit_code", "The exit code of the last run.")
        .containsKey("node_textfile_mtime_seconds{file=\"" + FOLDER + "/reconcile.prom\"}");
    assertThat(number(first, "reconcile_last_run_timestamp_seconds")).isBetween(begin, begin + 60);
    assertThat(number(first, "reconcile_last_success_timestamp_seconds"))
        .isBetween(begin, begin + 60);
    assertThat(number(first, "reconcile_last_run_duration_seconds")).isBetween(0.001, 60.0);
    assertThat(number(first, "reconcile_last_run_exit_code")).isZero();
    assertThat(number(first, "reconcile_last_run_changes")).isZero();
    assertThat(number(first, "reconcile_apps{state=\"ok\"}")).isEqualTo(2);
    assertThat(number(first, "reconcile_resources")).isGreaterThan(10);
    String process = "{app=\"blog\",process=\"worker.1\"}";
    assertThat(number(first, "reconcile_process_up" + process)).isEqualTo(1);
    assertThat(number(first, "reconcile_process_since_timestamp_seconds" + process))
        .isBetween(begin - 60, begin + 1);
    String schedule = "{app=\"blog\",schedule=\"nightly\"}";
    assertThat(number(first, "reconcile_schedule_active" + schedule)).isEqualTo(1);
    assertThat(number(first, "reconcile_schedule_next_start_timestamp_seconds" + schedule))
        .isBetween(begin, begin + 86_401);
    assertThat(first).doesNotContainKey("reconcile_schedule_last_run_failed" + schedule);

    operator.push(DesiredTree.of("blog").plain("shop", BROKEN));
    succeed(3, operator.apply());
    Map<String, String> second = scrape();
    assertThat(number(second, "reconcile_last_run_exit_code")).isEqualTo(3);
    assertThat(second).doesNotContainKeys("reconcile_process_up" + process);
    assertThat(number(second, "reconcile_apps{state=\"ok\"}")).isEqualTo(1);
    assertThat(number(second, "reconcile_apps{state=\"rolled_back\"}")).isEqualTo(1);
    assertThat(second.get("reconcile_last_success_timestamp_seconds"))
        .isEqualTo(first.get("reconcile_last_success_timestamp_seconds"));

    succeed(3, operator.apply());
    Map<String, String> third = scrape();
    assertThat(number(third, "reconcile_apps{state=\"held\"}")).isEqualTo(1);
    assertThat(number(third, "reconcile_apps{state=\"rolled_back\"}")).isZero();

    operator.converge(DesiredTree.of("shop", "blog"));
    Map<String, String> fourth = scrape();
    assertThat(number(fourth, "reconcile_apps{state=\"ok\"}")).isEqualTo(2);
    assertThat(number(fourth, "reconcile_last_success_timestamp_seconds"))
        .isGreaterThan(number(first, "reconcile_last_success_timestamp_seconds"));
    assertThat(host.run("ls", "-A", FOLDER).lines().filter(name -> name.contains("reconcile")))
        .containsExactly("reconcile.prom");
  }
}
