// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a run with nothing to do costs does not grow with the number of apps. */
class CostIT {

  private static final String TRACE = "/var/tmp/trace";

  /** Of all units at once; an app that is restarted is asked about alone as well. */
  private static final String EACH_UNIT = "SubState,NeedDaemonReload,FragmentPath";

  /** The JVM's helper, with which it starts each program. */
  private static final String JVM_STARTS = "/opt/java/lib/jspawnhelper";

  private static Operator operator;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static final String KNOWN = "--- the next run\n";

  @Test
  void asManyProcessesForTenAppsAsForOne() {
    String one = programsInFullAndKnown(1);
    String ten = programsInFullAndKnown(10);

    assertThat(one).contains("systemctl", "nginx");
    assertThat(ten).isEqualTo(one);
    assertThat(one.substring(one.indexOf(KNOWN))).contains("systemctl").doesNotContain("nginx");
  }

  @Test
  void asManyProcessesInAFleetAsAlone() {
    String alone = programsInFullAndKnown(1);
    operator.push(
        apps(1)
            .withRaw("reconcile.yaml", "version: 1\nfleet: {etcd: ['http://127.0.0.1:2379']}\n"));
    succeed(0, operator.apply("--out-of-turn")); // there is no etcd, and nobody needs it
    operator.host().runScript("rm -f /var/lib/reconcile/unchanged; sleep 1.2");
    String full = programsOfRunWithNothingToDo();
    assertThat(full + KNOWN + programsOfRunWithNothingToDo()).isEqualTo(alone);
    operator.push(apps(1));
    succeed(0, operator.apply("--out-of-turn"));
  }

  @Test
  void aRunThatWaitsForItsTurnStartsOneProcessMore() {
    String alone = programsInFullAndKnown(1);
    String engine = "version: 1\nfleet: {etcd: ['http://127.0.0.1:2379']}\n";
    operator
        .host()
        .runScript(
            """
            systemctl mask etcd
            dpkg --install /srv/tools/etcd/*.deb
            systemd-run -q --unit=engine etcd --data-dir=/var/lib/engine
            for _ in $(seq 100); do
              ! etcdctl endpoint health >/dev/null 2>&1 || break
              sleep 0.1
            done
            """);
    operator.push(apps(1).withRaw("reconcile.yaml", engine));
    succeed(0, operator.apply("--out-of-turn"));
    String repo = operator.repo();
    operator.host().run("reconcile", "fleet", "start", "--repo", repo);
    operator.host().run("reconcile", "fleet", "halt", "--reason", "lunch", "--repo", repo);
    operator.push(
        apps(1).withRaw("reconcile.yaml", engine).plain("app1", "env: {GREETING: other}\n"));
    assertThat(succeed(0, operator.apply()).stderr()).contains("The rollout is halted");
    operator.host().runScript("sleep 1.2");
    programsOfRunWithNothingToDo();

    String waits = programsOfRunWithNothingToDo();

    List<String> expected = new ArrayList<>(known(alone).lines().toList());
    expected.addAll(List.of("/usr/bin/etcdctl", JVM_STARTS));
    assertThat(waits.lines().toList()).containsExactlyInAnyOrderElementsOf(expected);
    operator.push(apps(1));
    succeed(0, operator.apply("--out-of-turn"));
    operator.host().run("systemctl", "stop", "engine");
  }

  @Test
  void systemdIsAskedOfEachUnitOnlyWhenAFileOfUnitsIsAnother() {
    TestHost host = operator.host();
    operator.converge(apps(10));
    host.runScript("rm -f /var/lib/reconcile/unchanged; sleep 1.2");
    assertThat(commandsOf(0)).contains(EACH_UNIT); // there is no record
    operator.push(apps(10).plain("app1", "env: {GREETING: other}\n"));
    assertThat(commandsOf(2)).doesNotContain(EACH_UNIT).contains("\"list-units\"");
    host.runScript("touch /etc/systemd/system/gunicorn@.service");
    assertThat(commandsOf(2)).contains(EACH_UNIT, "\"daemon-reload\"");
  }

  private static String known(String programs) {
    return programs.substring(programs.indexOf(KNOWN) + KNOWN.length());
  }

  /** All programs of a run that ends with this code, with their words. */
  private static String commandsOf(int code) {
    succeed(code, traced());
    return operator.host().runScript("cat " + TRACE);
  }

  private static String programsInFullAndKnown(int count) {
    operator.push(apps(count));
    succeed(0, operator.apply("--max-prune", "9")); // the test before may have had ten
    operator.host().runScript("rm -f /var/lib/reconcile/unchanged; sleep 1.2");
    String full = programsOfRunWithNothingToDo();
    return full + KNOWN + programsOfRunWithNothingToDo();
  }

  private static DesiredTree apps(int count) {
    return DesiredTree.of(
        IntStream.rangeClosed(1, count).mapToObj(n -> "app" + n).toArray(String[]::new));
  }

  /** The name of each program that is started, one a line, sorted. */
  private static String programsOfRunWithNothingToDo() {
    assertThat(succeed(0, traced()).stdout()).startsWith("No changes");
    return operator
        .host()
        .runScript("sed -n 's/.* execve(\"\\([^\"]*\\)\".*/\\1/p' " + TRACE + " | sort");
  }

  private static Result traced() {
    return operator
        .host()
        .exec(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-s",
            "100",
            "-e",
            "trace=execve",
            "-e",
            "status=successful",
            "-o",
            TRACE,
            "reconcile",
            "--repo",
            operator.repo(),
            "--detailed-exitcode");
  }
}
