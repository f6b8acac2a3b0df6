package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a run with nothing to do costs does not grow with the number of apps. */
class CostIT {

  private static final String TRACE = "/var/tmp/trace";

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

  private static String programsInFullAndKnown(int count) {
    operator.converge(apps(count));
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
    TestHost host = operator.host();
    Result run =
        host.exec(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
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
    assertThat(succeed(0, run).stdout()).startsWith("Nothing to do");
    return host.runScript("sed -n 's/.* execve(\"\\([^\"]*\\)\".*/\\1/p' " + TRACE + " | sort");
  }
}
