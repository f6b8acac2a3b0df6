// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The life of the package on a server that has never seen a Java: installed, configured, run by its
 * timer, upgraded, removed, purged, installed again, and the apps answer all the time.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final List<String> APPS = List.of("quiet", "shop");
  private static final DesiredTree TREE = DesiredTree.of("quiet", "shop");
  private static final String CONFIG = "/etc/reconcile/config.yaml";
  private static final String NEWER = "99.1";

  /** Waits until the service has done with a run that began after the first line was printed. */
  private static final String AWAIT_RUN =
      """
      for _ in $(seq 1200); do
        state=$(systemctl show --property=ActiveState,ExecMainExitTimestampMonotonic,Result \
          reconcile.service)
        case $state in
          *ExecMainExitTimestampMonotonic=0* | *ActiveState=activating*) sleep 0.1 ;;
          *) echo "$state"; exit 0 ;;
        esac
      done
      echo "no run in time: $state" >&2
      exit 1
      """;

  /** Says which of its caches the JVM takes when it may not do without. */
  private static final String CACHES =
      """
      lib=/usr/lib/reconcile
      . $lib/java.sh
      for cache in $lib/*.aot; do
        LC_ALL=C.UTF-8 $lib/runtime/bin/java $common $quick -Xlog:aot -XX:AOTMode=on \
          -XX:AOTCache=$cache -cp $lib/reconcile.jar dev.reconcile.Main --version >/tmp/log
        ! grep -q 'Using AOT-linked classes: true' /tmp/log || echo ${cache##*/}
      done
      """;

  /** Types into a bash on a terminal, and prints what is seen there. */
  private static final String TYPE =
      """
      import os, pty, sys
      pid, terminal = pty.fork()
      if pid == 0:
          os.execve("/bin/bash", ["bash", "--norc", "-i"], {"PATH": "/usr/bin:/bin", "TERM": "dumb"})
      os.write(terminal, sys.argv[1].encode())
      seen = b""
      try:
          while chunk := os.read(terminal, 4096):
              seen += chunk
      except OSError:
          pass
      print(seen.decode())
      """;

  private static DebianPackage first;
  private static DebianPackage second;
  private static TestHost host;
  private static Operator operator;

  @BeforeAll
  static void boot() {
    first = DebianPackage.make("");
    second = DebianPackage.make(NEWER);
    host = TestHost.boot();
    operator = new Operator(host, host.git().sshUrl(Operator.REPOSITORY));
    host.runScript("rm -rf /opt/java");
    host.git().allowRoot();
    operator.push(TREE);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  @Order(1)
  void debianHasNoFaultToFind() {
    assertThat(first.faults()).isEmpty();
  }

  @Test
  @Order(2)
  void itNeedsNoJavaAndStartsNothing() {
    assertThat(host.exec("sh", "-c", "command -v java").ok()).isFalse();

    first.install(host);

    assertThat(host.run("reconcile", "--version")).startsWith("reconcile ");
    assertThat(host.exec("systemctl", "is-enabled", Timer.TIMER).stdout()).isEqualTo("disabled\n");
    assertThat(host.exec("systemctl", "is-active", Timer.TIMER, Timer.SERVICE).stdout())
        .isEqualTo("inactive\ninactive\n");
    assertThat(host.exec("reconcile", "plan").stderr()).contains("Error: No repo", CONFIG);
    host.run("dpkg", "--verify", "reconcile");
  }

  @Test
  @Order(3)
  void itsCachesFit() {
    assertThat(host.runScript(CACHES)).isEqualTo("reconcile-known.aot\nreconcile.aot\n");
  }

  @Test
  @Order(3)
  void itsManualCanBeRead() {
    Result page =
        host.sh("zcat /usr/share/man/man8/reconcile.8.gz | groff -man -ww -Tascii -P-cbou");

    assertThat(page.exitCode()).isZero();
    assertThat(page.stderr()).isEmpty();
    assertThat(page.stdout())
        .contains("RECONCILE(8)", "SYNOPSIS", "reconcile plan --repo URL|DIR [options]")
        .contains("--take-over", "EXIT STATUS", "/var/lib/reconcile/venvs");
  }

  @Test
  @Order(3)
  void bashKnowsItsWords() {
    String typed =
        """
        . /usr/share/bash-completion/bash_completion
        reconcile \t\tvali\t--he\t
        exit
        """;

    String seen = host.run("python3", "-c", TYPE, typed);

    assertThat(seen)
        .containsPattern("allocate +[a-z]+ +[a-z]+")
        .contains("Usage: reconcile validate [DIR]");
  }

  @Test
  @Order(4)
  void timerConvergesTheServer() {
    host.write(CONFIG, "repo: " + operator.repo() + "\n", "0644");
    host.write(
        "/etc/systemd/system/reconcile.timer.d/test.conf",
        "[Timer]\nOnCalendar=\nOnActiveSec=1s\nRandomizedDelaySec=0\n",
        "0644");
    host.run("systemctl", "daemon-reload");

    host.run("systemctl", "enable", "--now", Timer.TIMER);

    assertThat(host.exec(LIMIT, "sh", "-ec", AWAIT_RUN).stdout())
        .describedAs("%s", host.journal(Timer.SERVICE))
        .contains("Result=success");
    assertAppsAnswer();
    operator.assertConverged();
  }

  // The JVM maps all of its cache at its start, so a run with nothing to do takes the smaller one.
  @Test
  @Order(5)
  void runWithNothingToDoTakesTheSmallCacheAloneUnderADirectoryToo() {
    String runs =
        """
        for _ in 1 2 3; do
          reconcile --root "$1" >/dev/null
          sleep 1.2
        done
        strace -f -s 200 -e trace=execve -o /var/tmp/trace reconcile "--root=$1"
        grep -o 'runtime/bin/java.*' /var/tmp/trace | grep -o 'AOTCache=[^"]*'
        """;

    assertThat(host.run("sh", "-ec", runs, "sh", "/srv/a copy").lines())
        .anyMatch(line -> line.startsWith("No changes"))
        .filteredOn(line -> line.startsWith("AOTCache="))
        .containsExactly("AOTCache=/usr/lib/reconcile/reconcile-known.aot");
  }

  @Test
  @Order(6)
  void upgradeWaitsForTheRunAndLeavesAllAsItIs() {
    // an app that takes its time: its run is in progress
    String slow = "import time\ntime.sleep(3)\n" + TREE.files().get("src/plain/main.py");
    operator.push(
        TREE.with("src/slow/main.py", slow)
            .with("apps/slow.yaml", "source: {folder: src/slow}\nsite: {server_name: slow.test}"));
    Map<String, List<Integer>> workers = operator.workers(APPS);
    String timer = timer();
    host.run("systemctl", "start", "--no-block", Timer.SERVICE);
    host.runScript(
        "for _ in $(seq 300); do ls /var/lib/reconcile/venvs/slow 2>/dev/null && exit; sleep 0.1;"
            + " done; exit 1");

    String said = second.install(host);

    assertThat(said).contains("waiting for a run to end");
    assertThat(host.exec(LIMIT, "sh", "-ec", AWAIT_RUN).stdout()).contains("Result=success");
    assertThat(operator.page("slow")).isEqualTo(DesiredTree.answer("slow"));
    assertThat(host.run("reconcile", "--version")).isEqualTo("reconcile " + NEWER + "\n");
    assertThat(host.runScript(CACHES)).isEqualTo("reconcile-known.aot\nreconcile.aot\n");
    assertThat(host.read(CONFIG)).isEqualTo("repo: " + operator.repo() + "\n");
    assertThat(timer()).isEqualTo(timer);
    assertThat(operator.workers(APPS)).isEqualTo(workers);
    operator.assertConverged();
  }

  // It holds dpkg's lock itself.
  @Test
  @Order(7)
  void upgradeDoesNotWaitForRunThatWaitsForDpkg() {
    operator.push(TREE.with("reconcile.yaml", "version: 1\npackages: [tree]\n"));
    String script =
        """
        python3 -c 'import fcntl, time
        lock = open("/var/lib/dpkg/lock-frontend", "w")
        fcntl.lockf(lock, fcntl.LOCK_EX)
        time.sleep(60)' &
        holder=$!
        systemctl start --no-block reconcile.service
        for _ in $(seq 300); do
          ! pgrep -x apt-get >/dev/null || break
          sleep 0.1
        done
        timeout 30 /var/lib/dpkg/info/reconcile.prerm upgrade 9
        pgrep -x apt-get
        kill $holder
        """;

    assertThat(host.runScript(script)).contains("waiting for a run to end");
    assertThat(host.exec(LIMIT, "sh", "-ec", AWAIT_RUN).stdout()).contains("Result=success");
    host.run("dpkg", "--status", "tree");
    operator.push(TREE);
  }

  @Test
  @Order(8)
  void cronDoesAsWell() {
    host.run("systemctl", "disable", "--now", Timer.TIMER);
    operator.push(TREE);
    host.run("systemctl", "start", "cron.service");
    host.write(
        "/etc/cron.d/reconcile",
        """
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        * * * * * root /usr/bin/reconcile --quiet
        """,
        "0644");
    host.exec(
        LIMIT,
        "sh",
        "-ec",
        "for _ in $(seq 900); do [ -e /etc/gunicorn/slow.env ] || exit 0; sleep 0.1; done; exit 1");
    host.run("systemctl", "stop", "cron.service");
    host.run("rm", "/etc/cron.d/reconcile");

    operator.assertConverged();
    host.run("systemctl", "enable", "--now", Timer.TIMER);
  }

  @Test
  @Order(9)
  void removalAndPurgeLeaveTheApps() {
    Map<String, List<Integer>> workers = operator.workers(APPS);
    List<String> files =
        host.runScript("dpkg -L reconcile | while read -r f; do [ -d \"$f\" ] || echo $f; done")
            .lines()
            .toList();

    DebianPackage.apt(host, "remove", "reconcile");

    assertThat(operator.workers(APPS)).isEqualTo(workers);
    assertAppsAnswer();
    assertThat(host.read(CONFIG)).isEqualTo("repo: " + operator.repo() + "\n");
    assertThat(host.exec("systemctl", "is-active", Timer.TIMER).stdout()).isEqualTo("inactive\n");
    host.run("rm", "-r", "/etc/systemd/system/reconcile.timer.d");

    assertThat(DebianPackage.apt(host, "purge", "reconcile")).contains("/var/lib/reconcile stays");

    assertThat(files).contains(CONFIG, "/usr/bin/reconcile").hasSizeGreaterThan(30);
    for (String file : files) {
      assertThat(host.exec("test", "-e", file).ok()).describedAs(file).isFalse();
    }
    assertThat(
            host.run(
                "find",
                "/etc",
                "/usr",
                "-name",
                "*reconcile*",
                "-not",
                "-path",
                "/etc/nginx/*",
                "-not",
                "-path",
                "/etc/systemd/system/gunicorn@*"))
        .isEmpty();
    host.reboot();
    assertAppsAnswer();
  }

  @Test
  @Order(10)
  void whatItMadeIsStillItsOwnWhenItComesBack() {
    second.install(host);

    operator.assertConverged();
    operator.push(TREE.withoutApp("shop"));
    Operator.succeed(0, operator.apply());
    assertThat(host.exec("test", "-e", "/usr/share/nginx/shop").ok()).isFalse();
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
  }

  private static void assertAppsAnswer() {
    for (String app : APPS) {
      assertThat(operator.page(app)).isEqualTo(DesiredTree.answer(app));
    }
  }

  /** Whether the timer is on, and since when: a restart would begin anew. */
  private static String timer() {
    return host.run("systemctl", "is-enabled", Timer.TIMER)
        + host.run("systemctl", "show", "--property=ActiveState,ActiveEnterTimestamp", Timer.TIMER);
  }
}
