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

  @Test
  void asManyProcessesForTenAppsAsForOne() {
    operator.converge(apps(1));
    String one = programsOfRunWithNothingToDo();
    operator.converge(apps(10));
    String ten = programsOfRunWithNothingToDo();

    assertThat(one).contains("systemctl");
    assertThat(ten).isEqualTo(one);
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
