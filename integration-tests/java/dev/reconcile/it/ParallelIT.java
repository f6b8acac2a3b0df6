// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** New code of several apps whose start waits for something, taken side by side. */
class ParallelIT {
  private static final List<String> APPS = List.of("app1", "app2", "app3", "app4", "app5");
  private static final String GATE = "/srv/gate";

  /** Says when its import begins and ends, and waits for the gate, at most a minute. */
  private static final String CODE =
      """
      import os
      import sys
      import time

      print("import begins", file=sys.stderr, flush=True)
      for _ in range(600):
          if os.path.exists("/srv/gate"):
              break
          time.sleep(0.1)
      time.sleep(0.3)
      print("import ends", file=sys.stderr, flush=True)


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"VERSION\\n"]
      """;

  private static Operator operator;
  private static TestHost host;
  private static int version;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.run("touch", GATE);
    operator.converge(tree("limits: {parallel: 5}\n")); // more than there are build users
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void forgetJournal() {
    host.run("sh", "-c", "journalctl --rotate && journalctl --vacuum-time=1s");
  }

  private static DesiredTree tree(String settings) {
    version++;
    DesiredTree tree =
        DesiredTree.bare()
            .with("reconcile.yaml", "version: 1\n" + settings)
            .with("src/plain/main.py", CODE.replace("VERSION", "version " + version));
    for (String app : APPS) {
      tree = tree.plain(app, "gunicorn: {workers: 1}\n");
    }
    return tree;
  }

  // Begins and ends of imports in rehearsals, in their order.
  private static List<String> imports() {
    String lines = host.run("journalctl", "--quiet", "--output=cat", "--unit=reconcile-bridge-*");
    return lines.lines().filter(line -> line.startsWith("import ")).toList();
  }

  private static int mostAtOnce() {
    int now = 0;
    int most = 0;
    for (String line : imports()) {
      now += line.equals("import begins") ? 1 : -1;
      most = Math.max(most, now);
    }
    return most;
  }

  private static void assertServed() {
    assertThat(imports()).as("one rehearsal for each app").hasSize(2 * APPS.size());
    for (String app : APPS) {
      assertThat(operator.page(app)).isEqualTo("version " + version + "\n");
    }
    operator.assertConverged();
  }

  @Test
  void appsThatWaitDoNotWaitForEachOther() {
    host.run("rm", GATE);
    operator.push(tree("limits: {parallel: 5}\n"));
    host.runScript(
        "(reconcile --repo %s >/root/run.out 2>&1; echo $? >/root/run.code) &"
            .formatted(operator.repo()));
    await("[ $(journalctl -q -o cat -u 'reconcile-bridge-*' | grep -c 'import begins') = 5 ]");

    host.run("touch", GATE); // all five have begun, and none has ended

    await("[ -s /root/run.code ]");
    assertThat(host.read("/root/run.code").strip()).as(host.read("/root/run.out")).isEqualTo("0");
    assertThat(mostAtOnce()).isEqualTo(APPS.size());
    assertServed();
  }

  private static void await(String condition) {
    host.runScript(
        """
        for _ in $(seq 600); do
          if %s; then exit 0; fi
          sleep 0.1
        done
        exit 1
        """
            .formatted(condition));
  }

  @Test
  void limitOfOneTakesOneAfterTheOther() {
    operator.converge(tree("limits: {parallel: 1}\n"));

    assertThat(mostAtOnce()).isEqualTo(1);
    assertServed();
  }

  @Test
  void tooLittleMemoryForTwoRehearsalsTakesOneAfterTheOther() {
    operator.push(tree(""));
    host.write("/root/meminfo", "MemTotal: 512000 kB\nMemAvailable: 90000 kB\n", "0644");
    host.run("mount", "--bind", "/root/meminfo", "/proc/meminfo");
    Result run;
    try {
      run = succeed(0, operator.apply());
    } finally {
      host.run("umount", "/proc/meminfo");
    }

    assertThat(run.stderr() + run.stdout()).containsOnlyOnce("Little memory for rehearsals");
    assertThat(mostAtOnce()).isEqualTo(1);
    assertServed();
  }

  @Test
  void reportIsInTheOrderOfTheAppsWhateverEndsFirst() {
    Result run = operator.converge(tree(""));

    Stream<String> restarts =
        run.stdout().lines().filter(line -> line.contains("restart gunicorn@"));
    assertThat(restarts.map(line -> line.replaceFirst(".*gunicorn@", ""))).isSorted();
  }
}
