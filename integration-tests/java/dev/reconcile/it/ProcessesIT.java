// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An app with a Celery worker and an RQ worker, and the Redis of the distribution. */
class ProcessesIT {
  /** Each job appends its number to a list, so that a job that ran twice is seen. */
  private static final String TASKS =
      """
      import os, time
      import celery, redis

      VERSION = 1
      celery = celery.Celery("tasks", broker="redis://localhost/0")
      celery.conf.update(worker_prefetch_multiplier=1, broker_connection_retry=False)
      store = redis.Redis(db=1)


      @celery.task(name="job")
      def job(number, seconds=0):
          time.sleep(seconds)
          store.rpush("celery", number)
          store.set("version", VERSION)


      def rq_job(number, seconds=0):
          store.set("started", number)
          time.sleep(seconds)
          store.rpush("rq", number)
          store.set("rq-version", VERSION)
          store.set("greeting", os.environ.get("GREETING", "-") + os.environ.get("OWN", "-"))
      """;

  private static final String MAIN =
      """
      import time

      VERSION = 1


      def app(environ, start_response):
          if environ["PATH_INFO"] == "/slow":
              time.sleep(20)
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"%d\\n" % VERSION]
      """;

  /** Sends jobs until it is told to end, and prints how many. */
  private static final String SENDER =
      """
      import os, sys, time
      import celery, redis, rq

      queue = rq.Queue(connection=redis.Redis())
      app = celery.Celery(broker="redis://localhost/0")
      number = 0
      while not os.path.exists("/var/tmp/enough"):
          app.send_task("job", [number])
          queue.enqueue("tasks.rq_job", number)
          number += 1
          time.sleep(0.7)
      print(number)
      """;

  private static final String CELERY =
      "python -m celery -A tasks worker --concurrency 1 --loglevel warning --hostname celery@%h";
  private static final String RQ = "python -m rq.cli worker --quiet";

  private static final String QUEUE = "processes:\n  queue: python tasks.py\n";

  private static Operator operator;
  private static TestHost host;

  /** The greatest version that a test has used. */
  private static int greatest;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Result installed =
        host.exec(
            Duration.ofMinutes(4),
            "sh",
            "-ec",
            "dpkg --force-unsafe-io --install /srv/tools/workers/*.deb >/dev/null; redis-cli ping");
    assertThat(installed.stdout()).as(installed.stderr()).contains("PONG");
    host.write(
        Stage.QUICK_PYTHON,
        """
        #!/bin/sh -e
        [ "$1 $2" = "-m venv" ] || exec python3 "$@"
        mkdir -p "$3"; cp -a /srv/quick/. "$3"
        find "$3/bin" "$3/pyvenv.cfg" -type f -exec sed -i "s|/srv/quick|$3|g" {} +
        sed -i 's/^include-system.*/include-system-site-packages = true/' "$3/pyvenv.cfg"
        """,
        "0755");
    host.write("/var/tmp/send.py", SENDER, "0644");
    greatest = 1;
    operator.converge(shop(1));
    assertThat(celeryVersion()).isEqualTo("1");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void beginAnew() {
    operator.converge(shop(greatest));
    host.runScript("redis-cli -n 1 flushdb >/dev/null; rm -f /var/tmp/enough");
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
  }

  private static String processes(String celery, String rq) {
    return "processes:\n  mail: {run: %s}\n  rq: {run: %s, env: {OWN: rq}}\n".formatted(celery, rq);
  }

  private static DesiredTree shop(int version) {
    return shop(version, processes(CELERY, RQ));
  }

  private static DesiredTree shop(int version, String processes) {
    return withCode(version, TASKS.replace("VERSION = 1", "VERSION = " + version), processes);
  }

  private static DesiredTree withCode(int version, String tasks, String processes) {
    return DesiredTree.of("other")
        .withRaw("src/shop/main.py", MAIN.replace("VERSION = 1", "VERSION = " + version))
        .withRaw("src/shop/tasks.py", tasks)
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            gunicorn: {app: "main:app", workers: 1, options: {threads: "40", graceful_timeout: "8"}}
            venv: {python: %s, system_packages: true}
            site: {server_name: shop.test}
            env: {GREETING: hello}
            %s\
            """
                .formatted(Stage.QUICK_PYTHON, processes))
        .with(
            "src/other/main.py",
            DesiredTree.bare().files().get("src/plain/main.py") + "# " + version)
        .withRaw(
            "apps/other.yaml",
            """
            source: {folder: src/other}
            site: {server_name: other.test}
            env: {GREETING: "%s"}
            %s\
            """
                .formatted(version, Stage.QUICK));
  }

  private static String unit(String process) {
    return "gunicorn-process@shop." + process + ".service";
  }

  private static String pid(String process) {
    return host.run("systemctl", "show", "-P", "MainPID", unit(process)).strip();
  }

  private static List<String> units() {
    return host.runScript(
            """
            systemctl list-units --plain --no-legend --full 'gunicorn-process@*' |
              sed 's/^gunicorn-process@\\(.*\\)[.]service .*/\\1/'
            """)
        .lines()
        .toList();
  }

  /** Sends a job to both workers and waits until both have done it. */
  private static void jobIsDone() {
    host.runScript(
        """
        redis-cli -n 1 del version rq-version >/dev/null
        python3 -c '
        import celery, redis, rq
        celery.Celery(broker="redis://localhost/0").send_task("job", [-1])
        rq.Queue(connection=redis.Redis()).enqueue("tasks.rq_job", -1)'
        for _ in $(seq 300); do
          [ "$(redis-cli -n 1 exists version rq-version)" = 2 ] && exit
          sleep 0.1
        done
        journalctl --no-pager -n 40 -u 'gunicorn-process@*'
        exit 1
        """);
  }

  private static String celeryVersion() {
    jobIsDone();
    return host.run("redis-cli", "-n", "1", "get", "version").strip();
  }

  private static String send(String worker, int number, int seconds) {
    return worker.equals("celery")
        ? """
        python3 -c 'import celery
        celery.Celery(broker="redis://localhost/0").send_task("job", [%d, %d])'
        """
            .formatted(number, seconds)
        : """
        python3 -c 'import redis, rq
        rq.Queue(connection=redis.Redis()).enqueue("tasks.rq_job", %d, %d)'
        """
            .formatted(number, seconds);
  }

  // This version of Celery does not end at SIGTERM in one of some tens of stops.
  @Thorough
  @Test
  void noJobIsLostByFiveDeploys() {
    host.runScript(
        """
        setsid python3 /var/tmp/send.py >/var/tmp/sent 2>&1 </dev/null &
        %s%s\
        """
            .formatted(send("celery", 1000000, 20), send("rq", 1000000, 20)));
    for (int i = 0; i < 5; i++) {
      operator.push(shop(++greatest));
      Result result = succeed(0, operator.apply());
      assertThat(result.stdout()).contains(unit("mail.1") + " restarted");
      assertThat(result.stdout() + result.stderr()).doesNotContain("stop timeout");
    }
    assertThat(celeryVersion()).isEqualTo("" + greatest);
    assertThat(host.run("redis-cli", "-n", "1", "get", "greeting").strip()).isEqualTo("hellorq");
    Result missing =
        host.exec(
            Duration.ofMinutes(3),
            "sh",
            "-ec",
            """
            touch /var/tmp/enough
            until sent=$(grep . /var/tmp/sent); do sleep 0.2; done
            test "$sent" -gt 20
            { seq 0 $((sent - 1)); echo 1000000; } | LC_ALL=C sort >/var/tmp/all
            for worker in celery rq; do
              for _ in $(seq 300); do
                redis-cli -n 1 lrange $worker 0 -1 | { grep -v -e -1 || :; } >/var/tmp/done
                [ "$(sort -u /var/tmp/done | wc -l)" -gt $((sent - 5)) ] && sleep 5 && break
                sleep 0.2
              done
              LC_ALL=C sort /var/tmp/done | LC_ALL=C comm -3 /var/tmp/all - | sed "s/^/$worker /"
            done
            """);
    assertThat(missing.ok()).as(missing.stderr()).isTrue();
    List<String> wrong = missing.stdout().lines().toList();
    assertThat(wrong).as("jobs that RQ lost or did twice").noneMatch(job -> job.startsWith("rq"));
    assertThat(wrong).as("jobs that Celery did twice").noneMatch(job -> job.contains("\t"));
    // At each stop, this version of Celery loses the job that arrives while it closes its
    // connection to Redis, whoever stops it (see docs/apps.md).
    assertThat(wrong).as("jobs that Celery lost").hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void aJobLongerThanTheStopTimeoutIsKilledAndNamed() {
    String processes = processes(CELERY, RQ).replace("env:", "stop_timeout: 3s, env:");
    operator.converge(shop(++greatest, processes));
    host.runScript(
        send("rq", 7, 300)
            + """
            for _ in $(seq 300); do
              [ "$(redis-cli -n 1 get started)" = 7 ] && exit
              sleep 0.1
            done
            exit 1
            """);
    operator.push(shop(++greatest, processes));
    Result result = succeed(0, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Process killed at its stop timeout")
        .contains(unit("rq.1") + " did not stop within 3 s");
  }

  @Test
  void workersComeBackWhenRedisDoes() {
    host.runScript(
        "systemctl stop redis-server; sleep %d; systemctl start redis-server"
            .formatted(Sampled.isComplete() ? 60 : 12));
    jobIsDone();
    assertThat(succeed(0, operator.plan()).stdout()).contains("No changes");
  }

  /**
   * Requests to the new revision are open when its worker fails. They keep its web process for its
   * graceful_timeout, and nobody else waits for them.
   */
  @Test
  void aWorkerThatDiesAtOnceTakesTheAppBack() {
    String before = celeryVersion();
    String broken = "raise SystemExit('no such module: mailer')\n";
    operator.push(withCode(++greatest, broken, processes(CELERY, RQ)));
    host.runScript(
        """
        rm -f /var/tmp/enough /var/tmp/pages
        cat >/var/tmp/clients.sh <<'END'
        ask() { curl -s -o /dev/null -w '%%{time_total}\\n' -H 'Host: shop.test' "localhost/$1"; }
        until curl -s -H 'Host: shop.test' localhost | grep -qx %d; do sleep 0.2; done
        until [ -e /var/tmp/enough ]; do ask slow >/dev/null & sleep 1; done &
        until [ -e /var/tmp/enough ]; do ask >>/var/tmp/pages; sleep 0.1; done
        END
        setsid sh /var/tmp/clients.sh >/dev/null 2>&1 </dev/null &
        """
            .formatted(greatest));
    Load.During during = Load.of(host, "shop", operator::apply);
    host.runScript("touch /var/tmp/enough; sleep 1");
    Result result = succeed(3, during.result());
    assertThat(during.load().failed()).isZero();
    List<String> pages = host.read("/var/tmp/pages").lines().toList();
    assertThat(pages).hasSizeGreaterThan(20).allMatch(time -> Double.parseDouble(time) < 4);
    assertThat(result.stdout() + result.stderr())
        .contains("Process did not stay up")
        .contains("no such module: mailer");
    assertThat(operator.page("shop")).isEqualTo(before + "\n");
    assertThat(operator.page("other")).startsWith(greatest + " ");
    assertThat(celeryVersion()).isEqualTo(before);
    String status = host.exec("reconcile", "status").stdout();
    assertThat(status).contains("held");
  }

  @Thorough
  @Test
  void aReleaseStepThatStopsTheAppStopsItsWorkers() {
    String gone = "release: {stop: true, run: \"sh -c '! pgrep -f cele[r]y'\"}\n";
    operator.push(shop(++greatest, processes(CELERY, RQ) + gone));
    succeed(0, operator.apply());
    assertThat(celeryVersion()).isEqualTo("" + greatest);
    String fails = "release: {stop: true, run: 'false'}\n";
    operator.push(shop(greatest + 1, processes(CELERY, RQ) + fails));
    succeed(3, operator.apply());
    assertThat(celeryVersion()).isEqualTo("" + greatest);
    greatest++;
  }

  /** A worker that ignores SIGTERM, and one whose new code is broken. */
  @Test
  void aReleaseStepThatStopsTheAppExcusesAndHidesNothing() {
    String both =
        """
        release: {stop: true, run: 'true'}
        processes:
          queue: python tasks.py
          deaf: {run: sh -c "trap '' TERM; while :; do sleep 1; done", stop_timeout: 2s}
        """;
    operator.converge(withCode(++greatest, "import time\ntime.sleep(900)\n", both));
    operator.push(withCode(greatest + 1, "raise SystemExit('no such queue')\n", both));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Process killed at its stop timeout", unit("deaf.1") + " did not stop within its")
        .contains(
            unit("queue.1") + " (apps/shop.yaml line 8) ended within 5 s: exit code 1.",
            "no such queue")
        .contains("Its release steps had succeeded and were not undone.")
        .doesNotContain("Process is dead as before");
    assertThat(operator.page("shop")).isEqualTo(greatest + "\n");
    assertThat(host.read("/var/lib/reconcile/state.json")).contains("\"ahead\" : true");
    greatest++;
    operator.converge(withCode(++greatest, "import time\ntime.sleep(900)\n", both));
    assertThat(host.read("/var/lib/reconcile/state.json")).doesNotContain("\"ahead\" : true");
  }

  /**
   * The worker ends like {@code rq worker --max-jobs 1}, while the run waits for the worker of
   * another app.
   */
  @Test
  void aWorkerThatEndsByDesignTakesNoAppBack() {
    operator.converge(slow(withCode(++greatest, "import time\ntime.sleep(7)\n", QUEUE)));

    operator.push(slow(withCode(++greatest, "import time\ntime.sleep(7.1)\n", QUEUE)));
    Result late = succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(greatest + "\n");
    assertThat(late.stdout() + late.stderr())
        .as("the run took longer than the worker")
        .contains(" did not stop within 9 s")
        .doesNotContain("Process ended");

    operator.push(withCode(++greatest, "import time\ntime.sleep(1)\n", QUEUE));
    Result early = succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(greatest + "\n");
    assertThat(early.stdout() + early.stderr())
        .contains("Process ended by itself", "shop.queue.1.service (apps/shop.yaml line 7)");
  }

  @Thorough
  @Test
  void oneThatFailsAfterItsProofDoesSo() {
    operator.converge(slow(withCode(++greatest, "import time\ntime.sleep(99)\n", QUEUE)));
    String fails = "import time\ntime.sleep(6)\nraise SystemExit('no more memory')\n";
    operator.push(slow(withCode(greatest + 1, fails, QUEUE)));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Process did not stay up", "ended before the end of the run", "no more memory");
    assertThat(operator.page("shop")).isEqualTo(greatest++ + "\n");
  }

  /** With a worker of the other app that a run has to wait for. */
  private static DesiredTree slow(DesiredTree tree) {
    String deaf =
        """
        processes:
          deaf: {run: sh -c "trap '' TERM; while :; do sleep 1; done", stop_timeout: 9s}
        """;
    return tree.withRaw("apps/other.yaml", tree.files().get("apps/other.yaml") + deaf);
  }

  @Test
  @Thorough
  void aKilledRunLeavesNoWorkerBehind() {
    for (int tenths = 20; tenths <= 160; tenths += 14) {
      operator.push(shop(++greatest));
      host.sh(
          """
          reconcile apply --repo %s >/dev/null 2>&1 & sleep %d.%d
          pkill -KILL -f '[r]econcile.jar' || :; wait
          """
              .formatted(operator.repo(), tenths / 10, tenths % 10));
      succeed(0, operator.apply());
      assertThat(celeryVersion()).as("killed after %d tenths", tenths).isEqualTo("" + greatest);
    }
  }

  @Test
  void instancesGrowShrinkGetAnotherNameAndGo() {
    String first = pid("mail.1");
    String two = processes(CELERY, RQ).replace("mail: {", "mail: {instances: 3, ");
    DesiredTree tree = shop(greatest, two);
    operator.push(tree);
    assertThat(succeed(0, operator.plan()).stdout())
        .contains("restart " + unit("mail.3"))
        .doesNotContain("restart " + unit("mail.1"));
    succeed(0, operator.apply());
    assertThat(units()).containsExactly("shop.mail.1", "shop.mail.2", "shop.mail.3", "shop.rq.1");
    assertThat(pid("mail.1")).isEqualTo(first);

    operator.converge(shop(greatest, two.replace("instances: 3", "instances: 2")));
    assertThat(units()).containsExactly("shop.mail.1", "shop.mail.2", "shop.rq.1");
    assertThat(pid("mail.1")).isEqualTo(first);
    assertThat(host.run("journalctl", "--no-pager", "-u", unit("mail.3")))
        .as("it is stopped before its drop-in with the stop timeout goes")
        .contains("Stopped")
        .doesNotContain("no ExecStart=");

    operator.converge(shop(greatest, processes(CELERY, RQ).replace("mail:", "post:")));
    assertThat(units()).containsExactly("shop.post.1", "shop.rq.1");
    jobIsDone();

    String elsewhere = processes(CELERY, RQ).replace("env:", "on: [web2], env:");
    operator.converge(shop(greatest, elsewhere.replace("mail: {", "mail: {instances: 0, ")));
    assertThat(units()).isEmpty();
    operator.converge(shop(greatest, ""));
    assertThat(host.runScript("find /etc /run/gunicorn* -name '*process*' ! -name '*@.service'"))
        .isEmpty();
    assertThat(succeed(0, operator.plan()).stdout()).contains("No changes");
  }
}
