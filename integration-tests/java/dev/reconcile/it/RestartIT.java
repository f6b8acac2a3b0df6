// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An app restarts while connections to it stay open: nobody else waits for them. */
class RestartIT {
  /** How long the app's connections are left open, in seconds. */
  private static final int GRACE = 4;

  private static final String CODE_FILE = "src/live/main.py";
  private static final String YAML =
      """
      source: {folder: src/live}
      directory: /srv/live
      venv: {python: python3, install: none, system_packages: true}
      gunicorn:
        app: main:app
        workers: 2
        options: {worker_class: uvicorn.workers.UvicornWorker, graceful_timeout: "%d"}
      site: {server_name: live.test, tls: self-signed}
      """
          .formatted(GRACE);

  private static final String START =
      """
      rm -f /var/tmp/stop
      export PYTHONPATH=/srv/load/usr/lib/python3/dist-packages
      setsid python3 /srv/load/clients.py live.test /var/tmp/stop "$@" >/var/tmp/lines 2>&1 </dev/null &
      sleep 1.5
      """;
  private static final String STOP =
      """
      sleep 1
      touch /var/tmp/stop
      for _ in $(seq 300); do
        pgrep -f '^python3 /srv/load/clients.py' >/dev/null || break
        sleep 0.1
      done
      cat /var/tmp/lines
      """;

  private static Operator operator;
  private static DesiredTree tree;
  private static String code;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    TestHost host = operator.host();
    // with wsproto, this version of uvicorn sends close frames; the clients' library is not the
    // app's
    host.runScript(
        """
        cd /srv/tools/servers
        for name in asgiref click h11 typing-extensions uvicorn wsproto; do
          dpkg-deb --extract python3-"$name"_*.deb /
        done
        dpkg-deb --extract python3-websockets_*.deb /srv/load
        """);
    host.copyFolder(Path.of("integration-tests/load"), "/srv/load");
    DesiredTree app = DesiredTree.read(Path.of("integration-tests/apps/live"));
    code = app.files().getOrDefault("main.py", "");
    tree = DesiredTree.bare().withRaw("apps/live.yaml", YAML).with(CODE_FILE, code);
    operator.converge(tree);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void backToOne() {
    operator.converge(tree);
  }

  private static DesiredTree version(String version) {
    return tree.with(CODE_FILE, code.replace("\"one\"", "\"" + version + "\""));
  }

  private static List<String> under(Runnable run, String... kinds) {
    List<String> start = new ArrayList<>(List.of("sh", "-ec", START, "sh"));
    start.addAll(List.of(kinds));
    operator.host().run(start.toArray(String[]::new));
    String lines;
    try {
      run.run();
    } finally {
      lines = operator.host().runScript(STOP);
    }
    List<String> all = lines.lines().toList();
    for (String line : all) {
      String[] words = line.split(" ", -1);
      boolean fine = words[0].equals("websocket") || line.endsWith(" 0 200");
      assertThat(fine).as(line + " of\n" + lines).isTrue();
    }
    return all;
  }

  private static double slowest(List<String> lines, String kind) {
    return lines.stream()
        .filter(line -> line.startsWith(kind))
        .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
        .max()
        .orElseThrow();
  }

  private static String page() {
    return operator
        .host()
        .run("curl", "-skS", "--resolve", "live.test:443:127.0.0.1", "https://live.test/");
  }

  /** Nothing is left of another revision, of a standby instance and of nginx's old workers. */
  private static void assertTidy(String version) {
    assertThat(page()).startsWith(version + " ");
    String left =
        operator
            .host()
            .runScript(
                """
                systemctl list-units --all --no-legend 'reconcile-*'
                find /run -maxdepth 1 -name 'reconcile-*.sock' -o -maxdepth 1 -name '.reconcile-*'
                ps -C nginx -o args= | grep 'shutting down' || true
                """);
    assertThat(left).isEmpty();
    String workers = operator.host().run("pgrep", "-fc", "[g]unicorn main:app");
    assertThat(workers.strip()).as("gunicorn and its workers").isEqualTo("3");
    operator.assertConverged();
  }

  @Test
  void nobodyWaitsForOpenConnections() {
    List<String> lines =
        under(() -> {
          operator.push(version("two"));
          succeed(0, operator.apply());
        });
    assertTidy("two");
    assertThat(lines).anyMatch(line -> line.startsWith("poll1.1"));
    assertThat(lines).anyMatch(line -> line.startsWith("download2"));
    // an app that restarts in the old way keeps everybody waiting for the websocket
    assertThat(slowest(lines, "page")).as(lines.toString()).isLessThan(GRACE);
    List<String> sockets = lines.stream().filter(line -> line.startsWith("websocket")).toList();
    String[] first = sockets.getFirst().split(" ", -1);
    assertThat(first[3]).isEqualTo("one");
    assertThat(first[2]).as("the code of its close frame").isEqualTo("1012");
    assertThat(Double.parseDouble(first[1])).isGreaterThan(GRACE);
    assertThat(sockets.getLast()).contains(" two ");
  }

  /** The code refuses to start as the app itself, which its rehearsal cannot know. */
  @Test
  void requestsReachTheStandbyInstanceUntilTheRollbackIsProved() {
    String refuses = "import os\nif 'RECONCILE_REHEARSAL' not in os.environ: raise OSError('no')\n";
    List<String> lines =
        under(
            () -> {
              operator.push(tree.with(CODE_FILE, refuses + code));
              succeed(3, operator.apply());
            },
            "page1.1",
            "page2");
    assertThat(lines).hasSizeGreaterThan(20);
    operator.push(tree);
    assertTidy("one");
  }

  @Test
  void killedWhileRequestsAreLedAwayTheNextRunLeadsThemBack() {
    operator.push(version("killed"));
    List<String> lines =
        under(
            () -> {
              operator
                  .host()
                  .run(
                      "sh",
                      "-ec",
                      """
                      reconcile apply --repo "$1" >/var/tmp/apply 2>&1 & run=$!
                      for _ in $(seq 600); do
                        [ ! -e /run/reconcile-kept-live_gunicorn.sock ] || break
                        sleep 0.05
                      done
                      kill -KILL $run
                      test -e /run/reconcile-kept-live_gunicorn.sock
                      """,
                      "sh",
                      operator.repo());
              assertThat(page()).startsWith("killed ");
              Result doctor = operator.host().exec("reconcile", "doctor");
              // it would leave the path leading nowhere
              assertThat(doctor.stdout()).doesNotContain("systemctl stop");
              succeed(0, operator.apply());
            },
            "websocket",
            "page1.1",
            "page2");
    assertThat(slowest(lines, "page")).isLessThan(GRACE);
    assertTidy("killed");
  }

  /** The connections of the web process are none of the worker's. */
  @Test
  void aRestartOfAWorkerClosesNoConnection() {
    TestHost host = operator.host();
    operator.converge(tree.withRaw("apps/live.yaml", YAML + "processes: {job: sleep infinity}\n"));
    String show = "systemctl show -P MainPID gunicorn@live gunicorn-process@live.job.1";
    List<String> before = host.runScript(show).lines().toList();

    List<String> lines =
        under(
            () -> succeed(0, host.exec("reconcile", "restart", "live", "job")),
            "websocket",
            "download1.1",
            "page2");

    List<String> after = host.runScript(show).lines().toList();
    assertThat(after.getFirst()).isEqualTo(before.getFirst());
    assertThat(after.getLast()).isNotEqualTo(before.getLast());
    assertThat(lines).anyMatch(line -> line.startsWith("download1.1"));
    assertThat(lines.stream().filter(line -> line.startsWith("websocket")))
        .singleElement()
        .asString()
        .contains(" open one ");
  }

  @Test
  void eventsArriveAsTheyAreSent() {
    String late =
        operator
            .host()
            .runScript(
                """
                curl -skN --resolve live.test:443:127.0.0.1 https://live.test/events | python3 -uc '
                import sys, time
                for line in sys.stdin:
                    if line.startswith("data:"):
                        print(time.time() - float(line[5:]))
                '
                """);
    assertThat(late.lines().map(Double::valueOf)).hasSize(4).allMatch(seconds -> seconds < 0.4);
  }

  /** A protocol that the app would speak in place of http would pass nginx's rules. */
  @Thorough
  @Test
  void noOtherProtocolIsForwarded() {
    String ask =
        "curl -skS --http1.1 -o /dev/null -w %{http_code} --resolve live.test:443:127.0.0.1"
            + " -H 'Connection: Upgrade' https://live.test/ -H 'Upgrade: ";
    assertThat(operator.host().run("sh", "-ec", ask + "h2c'")).isEqualTo("200");
  }

  @Thorough
  @Test
  void fiveDeploys() {
    deploys(5);
  }

  @Thorough
  @Test
  void twentyDeploys() {
    deploys(20);
  }

  private static void deploys(int count) {
    under(
        () -> {
          for (int i = 1; i <= count; i++) {
            operator.push(version("version" + i));
            succeed(0, operator.apply());
          }
        },
        "websocket",
        "page1.1");
    assertTidy("version" + count);
  }
}
