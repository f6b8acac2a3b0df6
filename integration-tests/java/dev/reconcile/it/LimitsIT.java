// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that meet, and clocks that jump. */
class LimitsIT {

  private static final DesiredTree BASE = DesiredTree.of("quiet", "shop");
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String GATE = "/srv/gate";
  private static final String HOLDER = "/run/reconcile.lock";

  /** Code that cannot be loaded before the gate is open, or a minute and a half has passed. */
  private static final String WAITS_AT_THE_GATE =
      """
      import os
      import time

      for _ in range(900):
          if os.path.exists("/srv/gate"):
              break
          time.sleep(0.1)


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"slow\\n"]
      """;

  /** Starts a run in the background, its output and exit code to files with this name. */
  private static final String IN_BACKGROUND =
      """
      name=$1
      shift
      rm -f "/root/$name.out" "/root/$name.code"
      (
        code=0
        "$@" >"/root/$name.out" 2>&1 </dev/null || code=$?
        echo "$code" >"/root/$name.code"
      ) >/dev/null 2>&1 &
      """;

  private static final String AWAIT =
      """
      for _ in $(seq 600); do
        if sh -c "$1"; then exit 0; fi
        sleep 0.1
      done
      exit 1
      """;

  /** Everything that reconcile has made, as if it had been made then. */
  private static final String TOUCH =
      """
      find /var/lib/reconcile /etc/gunicorn /etc/nginx /etc/systemd/system /opt/py_envs \
        /usr/share/nginx %s %s /run/reconcile.lock -exec touch -h -d "$1" {} +
      """
          .formatted(Layout.of("quiet").directory(), Layout.of("quiet").venv());

  private static Operator operator;
  private static TestHost host;
  private static Timer timer;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.push(BASE);
    timer = Timer.install(host, operator.repo(), "");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void startFromBase() {
    host.run("rm", "-f", GATE);
    operator.push(BASE);
    succeed(0, operator.apply("--max-prune", "9", "--lock-timeout", "60s"));
  }

  @AfterEach
  void endConverged() {
    host.run("touch", GATE);
    await("! pgrep -f 'reconcile.ja[r]' >/dev/null");
    operator.assertConverged();
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
  }

  @Test
  void secondRunIsToldWhoHoldsTheLock() {
    startRunThatWaits();

    for (String patience : List.of("0s", "500ms")) {
      Result second = succeed(75, operator.apply("--lock-timeout", patience));
      assertThat(second.stderr())
          .contains("Lock held by another run", "It is held by " + host.read(HOLDER).strip());
      assertThat(second.stdout()).isEmpty();
    }
    assertThat(host.runScript("cat /proc/$(awk '{print $2}' " + HOLDER + ")/cmdline"))
        .contains("reconcile.jar", "apply");
    // looking needs no lock
    assertThat(succeed(0, operator.plan()).stdout()).contains("slow");

    assertThat(openGateAndEnd("person")).isEqualTo("0");
    assertThat(operator.page("slow")).isEqualTo("slow\n");
  }

  @Test
  void patientRunWaitsForTheFirst() {
    startRunThatWaits();
    background("patient", "reconcile", "--repo", operator.repo(), "--lock-timeout", "120s");
    await("pgrep -f '[l]ock-timeout 120s' >/dev/null");

    assertThat(openGateAndEnd("person")).isEqualTo("0");
    assertThat(end("patient")).isEqualTo("0");
    assertThat(host.read("/root/patient.out")).contains("No changes");
  }

  @Thorough
  @Test
  void lockOfARunThatWasKilledIsFree() {
    startRunThatWaits();
    host.runScript("kill -9 $(awk '{print $2}' " + HOLDER + ")");
    assertThat(end("person")).isEqualTo("137");
    host.run("touch", GATE);

    succeed(0, operator.apply());
    assertThat(operator.page("slow")).isEqualTo("slow\n");
  }

  @Test
  void timerStepsBackWhileAPersonApplies() {
    startRunThatWaits();

    assertThat(timer.elapse()).contains("Lock held by another run");
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend"))
        .doesNotContain(Timer.SERVICE);

    assertThat(openGateAndEnd("person")).isEqualTo("0");
    assertThat(timer.elapse()).contains("No changes");
  }

  @Thorough
  @ParameterizedTest
  @ValueSource(strings = {"1999-12-31T23:59:59Z", "2037-12-31T23:59:59Z"})
  void whatWasMadeAtAnotherTimeIsAsGood(String time) {
    List<Integer> workers = host.workers("quiet");
    host.run("sh", "-ec", TOUCH, "sh", time);
    // what systemd takes for newer than what it has read, it is told to read
    succeed(0, operator.apply());
    operator.assertConverged();
    assertThat(host.workers("quiet")).isEqualTo(workers);

    // as long as before and, it says, not touched since
    host.runScript("sed -i s/workers/wrokers/ /etc/gunicorn/shop.env");
    host.run("sh", "-ec", TOUCH, "sh", time);
    assertThat(succeed(0, operator.apply()).stdout()).contains("/etc/gunicorn/shop.env");
    assertThat(host.read("/etc/gunicorn/shop.env")).contains("--workers 2");

    host.run("sh", "-ec", TOUCH, "sh", time);
    operator.converge(BASE.plain("shop", "env: {GREETING: 'it is later'}\n"));
    assertThat(operator.page("shop")).startsWith("it is later");
    assertThat(host.workers("quiet")).isEqualTo(workers);
  }

  @Thorough
  @Test
  void commitsFollowEachOtherWhateverTheirDates() {
    for (String date : List.of("2037-01-01T00:00:00Z", "2001-01-01T00:00:00Z")) {
      String commit = commitAt(date);
      succeed(0, operator.apply());
      assertThat(host.read("/var/lib/reconcile/state.json")).contains(commit);
    }
    String last = onServer("rev-parse", "main").strip();
    onServer("update-ref", "refs/heads/main", "main~1");
    Result back = operator.apply();
    assertThat(back.exitCode()).isNotZero();
    assertThat(back.stderr()).contains("--allow-rewind");
    onServer("update-ref", "refs/heads/main", last);
  }

  @Thorough
  @Test
  void everyRunHasABackupOfItsOwn() {
    int before = backups();
    for (int i = 1; i <= 4; i++) {
      host.runScript("echo '# " + i + "' >>/etc/gunicorn/shop.env");
      succeed(0, operator.apply());
      assertThat(backups()).isEqualTo(before + i);
    }
    assertThat(host.runScript("cat /var/lib/reconcile/backup/*/etc/gunicorn/shop.env"))
        .contains("# 1\n", "# 2\n", "# 3\n", "# 4\n");
  }

  private static int backups() {
    return Integer.parseInt(host.runScript("ls -d /var/lib/reconcile/backup/*/ | wc -l").strip());
  }

  private static String onServer(String command, String... words) {
    List<String> argv =
        new ArrayList<>(
            List.of("runuser", "-u", "git", "--", "git", "-C", "/srv/git/desired.git", command));
    argv.addAll(List.of(words));
    return host.run(argv.toArray(String[]::new));
  }

  private static String commitAt(String date) {
    return host.run(
            "sh",
            "-ec",
            """
            export GIT_DIR=/srv/git/desired.git GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost
            export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
            export GIT_COMMITTER_DATE=$1 GIT_AUTHOR_DATE=$1
            runuser -u git -- sh -ec '
              commit=$(git commit-tree -p main -m "At another time" "main^{tree}")
              git update-ref refs/heads/main "$commit"
              echo "$commit"'
            """,
            "sh",
            date)
        .strip();
  }

  /** A person's run that is in the middle of its work, and has said so. */
  private static void startRunThatWaits() {
    operator.push(
        BASE.with("src/slow/main.py", WAITS_AT_THE_GATE)
            .with(
                "apps/slow.yaml",
                """
                source: {folder: src/slow}
                gunicorn: {workers: 1, options: {timeout: 150}}
                health: {timeout: 120s}
                site: {server_name: slow.test}
                """));
    host.runScript(": >" + HOLDER);
    background("person", "reconcile", "apply", "--repo", operator.repo());
    await("grep -q '^pid' " + HOLDER);
  }

  private static String openGateAndEnd(String name) {
    host.run("touch", GATE);
    return end(name);
  }

  /** The exit code of a run in the background, once it has ended. */
  private static String end(String name) {
    await("[ -s /root/" + name + ".code ]");
    return host.read("/root/" + name + ".code").strip();
  }

  private static void background(String name, String... command) {
    String[] argv = new String[command.length + 5];
    System.arraycopy(new String[] {"sh", "-c", IN_BACKGROUND, "sh", name}, 0, argv, 0, 5);
    System.arraycopy(command, 0, argv, 5, command.length);
    host.run(argv);
  }

  private static void await(String condition) {
    Result result = host.exec(LIMIT, "sh", "-c", AWAIT, "sh", condition);
    assertThat(result.ok()).describedAs(condition).isTrue();
  }
}
