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

/** A Flask app with an SQLite database whose schema a release step brings up to date. */
class ReleaseIT {
  private static final String DATA = "/srv/blog-data";
  private static final String SECRET = "s3cr3t-of-the-blog";

  /**
   * Answers only if the database is up to date. The command counts its runs in the database, and
   * waits while there is a file that holds it up.
   */
  private static final String CODE =
      """
      import os
      import sqlite3
      import sys
      import time

      import click
      from flask import Flask, abort

      VERSION = 1
      DATA = "/srv/blog-data/"
      app = Flask(__name__)


      def event(text):
          with open(DATA + "events", "a") as log:
              log.write(f"{VERSION} {text} {os.getcwd()}\\n")


      if os.environ.get("RECONCILE_REHEARSAL"):
          event("rehearsal")


      def database():
          return sqlite3.connect(DATA + "blog.sqlite", timeout=20)


      @app.cli.command("upgrade")
      @click.argument("word")
      def upgrade(word):
          event("begin")
          while os.path.exists(DATA + "wait"):
              time.sleep(0.1)
          with database() as db:
              db.execute("create table if not exists runs (version integer)")
              db.execute("insert into runs values (?)", (VERSION,))
          event("end")
          print(f"upgraded to {VERSION}")


      @app.cli.command("fail")
      def fail():
          event("fail")
          print("the secret is", os.environ["TOKEN"])
          sys.exit("no such column: title")


      @app.get("/")
      def page():
          with database() as db:
              (top,) = db.execute("select max(version) from runs").fetchone()
          if top < VERSION:
              abort(500)
          return f"{VERSION}\\n"
      """;

  private static final String UPGRADE = "flask --app main upgrade xyzzy";

  private static Operator operator;
  private static TestHost host;

  /** The version that is live, and the greatest one that a test has used. */
  private static int version;

  private static int greatest;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript("install -d -o www-data -g www-data -m 0750 " + DATA);
    host.write("/etc/blog/token", SECRET + "\n", "0600");
    operator.push(blog(1, UPGRADE));
    assertThat(succeed(2, operator.plan("--detailed-exitcode")).stdout())
        .contains("handlers to run", "  release blog  (1 step not run for this revision)");
    succeed(0, operator.apply());
    version = 1;
    greatest = 1;
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void beginAnew() {
    host.runScript("rm -f %1$s/wait %1$s/events".formatted(DATA));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
    assertThat(
            host.runScript(
                """
                ls -d /run/systemd/system/reconcile-* 2>/dev/null || true
                """))
        .isEmpty();
  }

  private static DesiredTree blog(int number, String release) {
    return withCode(CODE.replace("VERSION = 1", "VERSION = " + number), release);
  }

  private static DesiredTree withCode(String code, String release) {
    return DesiredTree.bare()
        .withRaw("src/blog/main.py", code)
        .withRaw("src/blog/requirements.txt", "flask\n")
        .withRaw(
            "apps/blog.yaml",
            """
            source: {folder: src/blog}
            gunicorn: {app: "main:app", workers: 2}
            site: {server_name: blog.test}
            secrets: {TOKEN: /etc/blog/token}
            health: {timeout: 20s}
            release: %s
            """
                .formatted(release));
  }

  /** How often the step has run for a version. */
  private static int runs(int number) {
    String script =
        """
        import sqlite3
        db = sqlite3.connect("%s/blog.sqlite")
        print(db.execute("select count(*) from runs where version = %d").fetchone()[0])
        """
            .formatted(DATA, number);
    return Integer.parseInt(host.run("python3", "-c", script).strip());
  }

  private static List<String> events() {
    return host.runScript("cat %s/events 2>/dev/null || true".formatted(DATA)).lines().toList();
  }

  private static void await(String what, String condition) {
    Result result =
        host.exec(
            Duration.ofMinutes(2),
            "timeout",
            "90",
            "sh",
            "-c",
            "until " + condition + "; do sleep 0.1; done");
    assertThat(result.exitCode()).as(what).isZero();
  }

  private static void begin(String... options) {
    host.runScript(
        """
        rm -f /tmp/out /tmp/code
        (code=0; reconcile apply --repo %s %s >/tmp/out 2>&1 || code=$?; echo $code >/tmp/code) \
          </dev/null >/dev/null 2>&1 &
        """
            .formatted(operator.repo(), String.join(" ", options)));
  }

  private static void awaitStep(int number) {
    await("the step runs", "grep -q '^%d begin' %s/events 2>/dev/null".formatted(number, DATA));
  }

  private static String end() {
    await("the run ends", "[ -s /tmp/code ]");
    return host.read("/tmp/code").strip();
  }

  private static void assertServes(int number) {
    assertThat(operator.page("blog")).isEqualTo(number + "\n");
    version = number;
  }

  @Test
  void aStepRunsOnceForEachRevisionBeforeItsRehearsal() {
    int before = ++greatest;
    operator.converge(blog(before, UPGRADE));
    beginAnew();
    int next = ++greatest;
    operator.converge(blog(next, UPGRADE));

    assertServes(next);
    assertThat(runs(next)).isEqualTo(1);
    String tree = host.run("readlink", "-f", "/usr/share/nginx/blog").strip();
    assertThat(events())
        .startsWith(next + " begin " + tree, next + " end " + tree)
        .anyMatch(line -> line.startsWith(next + " rehearsal"));

    operator.assertConverged();
    succeed(0, operator.apply());
    assertThat(runs(next)).as("in a run without changes").isEqualTo(1);

    operator.push(blog(next, UPGRADE).with("notes.txt", "another commit"));
    succeed(0, operator.apply());
    assertThat(runs(next)).as("in a commit that leaves the app as it is").isEqualTo(1);

    operator.converge(blog(before, UPGRADE));
    assertServes(before);
    assertThat(runs(before)).as("after a revert").isEqualTo(1);

    operator.converge(blog(next, UPGRADE));
    assertServes(next);
    assertThat(runs(next)).as("back at what has succeeded").isEqualTo(1);

    succeed(0, host.exec("reconcile", "rollback", "blog"));
    assertServes(before);
    assertThat(runs(before)).as("after a rollback").isEqualTo(1);
    int last = ++greatest;
    operator.converge(blog(last, UPGRADE));
    assertServes(last);
    assertThat(host.runScript("journalctl --no-pager -o verbose")).doesNotContain("xyzzy");
  }

  @Test
  void aStepOfAKilledRunIsWaitedFor() {
    int next = ++greatest;
    host.run("touch", DATA + "/wait");
    operator.push(blog(next, UPGRADE));
    begin();
    awaitStep(next);
    host.runScript("pkill -9 -x java; sleep 1; pgrep -f '[m]ain upgrade' >/dev/null");
    assertThat(end()).isEqualTo("137");
    assertThat(operator.page("blog")).isEqualTo(version + "\n");

    begin();
    host.runScript("sleep 5; rm %s/wait".formatted(DATA));
    assertThat(end()).as(host.read("/tmp/out")).isEqualTo("0");
    assertServes(next);
    assertThat(runs(next)).isEqualTo(1);
    assertThat(events().stream().filter(line -> line.startsWith(next + " begin"))).hasSize(1);
  }

  @Thorough
  @Test
  void aStepThatTakesTooLongIsKilled() {
    int next = ++greatest;
    host.run("touch", DATA + "/wait");
    operator.push(blog(next, "{run: " + UPGRADE + ", timeout: 4s}"));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout())
        .contains("Release step failed", "did not end within 4 s", "Nothing was switched");
    assertThat(host.exec("pgrep", "-f", "[m]ain upgrade").exitCode()).isEqualTo(1);
    assertThat(operator.page("blog")).isEqualTo(version + "\n");
    assertThat(runs(next)).isZero();

    host.run("rm", DATA + "/wait");
    assertThat(succeed(3, operator.apply()).stdout()).contains("App in quarantine");
    assertThat(runs(next)).as("in quarantine").isZero();
    succeed(0, operator.apply("--only", "blog"));
    assertThat(runs(next)).as("tried again by hand").isEqualTo(1);
    assertServes(next);
  }

  @Test
  void afterAFailureUnderLoadTheOldRevisionServes() {
    int next = ++greatest;
    host.runScript(
        """
        rm -f /tmp/answers /tmp/stop
        (until [ -e /tmp/stop ]; do
          curl -so /dev/null --max-time 20 -w '%{http_code}\\n' -H 'Host: blog.test' http://localhost/
        done >/tmp/answers) </dev/null >/dev/null 2>&1 &
        """);
    operator.push(blog(next, "[" + UPGRADE + ", flask --app main fail]"));
    Result result = succeed(3, operator.apply());
    host.runScript("touch /tmp/stop; sleep 1");

    assertThat(host.run("sort", "-u", "/tmp/answers")).isEqualTo("200\n");
    assertThat(result.stdout())
        .contains("Release step failed")
        .contains("Release step 2 of 2 of blog (apps/blog.yaml line 6) ended with exit code 1.")
        .contains("    the secret is ***", "    no such column: title")
        .contains("blog was rolled back. Its new revision is in quarantine")
        .doesNotContain(SECRET);
    assertThat(operator.page("blog")).isEqualTo(version + "\n");

    // an administrator may have restored the database meanwhile
    assertThat(runs(next)).isEqualTo(1);
    succeed(3, operator.apply("--only", "blog"));
    assertThat(runs(next)).as("all steps run again").isEqualTo(2);

    String digest = host.run("cat", "/var/lib/reconcile/state.json");
    assertThat(digest).doesNotContain(SECRET);
    int last = ++greatest;
    operator.converge(blog(last, UPGRADE));
    assertServes(last);
  }

  @Thorough
  @Test
  void aFailureAfterTheStepIsSaidNotToUndoIt() {
    int next = ++greatest;
    String bad = CODE.replace("VERSION = 1", "VERSION = " + next).replace("top < VERSION", "True");
    operator.push(withCode(bad, UPGRADE));
    Result result = succeed(3, operator.apply());

    String sentence = "Its release steps had succeeded and were not undone.";
    assertThat(result.stdout()).contains("it answers 500", "blog was rolled back. " + sentence);
    assertThat(runs(next)).isEqualTo(1);
    assertThat(host.run("reconcile", "history")).contains("blog: " + sentence);
    host.exec("reconcile", "status", "--html", "/tmp/status.html");
    assertThat(host.read("/tmp/status.html")).contains(sentence);
    assertThat(operator.page("blog")).isEqualTo(version + "\n");

    int last = ++greatest;
    operator.converge(blog(last, UPGRADE));
    assertServes(last);
    assertThat(runs(next)).isEqualTo(1);
  }

  @Thorough
  @Test
  void aStepIsRecordedAsDoneWithoutRunningIt() {
    operator.push(blog(version, "{run: " + UPGRADE + " --, timeout: 1m}"));
    String plan = succeed(0, operator.plan("--only", "blog", "--skip-release")).stdout();
    assertThat(plan).contains("release blog  (recorded as done, not run)");
    succeed(0, operator.apply("--only", "blog", "--skip-release"));
    assertThat(events()).isEmpty();
    assertThat(host.run("reconcile", "history"))
        .contains("blog: Its release steps were recorded as done, not run.");
    operator.assertConverged();
    operator.converge(blog(version, UPGRADE));
  }

  @Test
  void anAppIsStoppedForItsStepAndServesNothingElseMeanwhile() {
    int next = ++greatest;
    host.run("touch", DATA + "/wait");
    operator.push(blog(next, "{stop: true, run: " + UPGRADE + "}"));
    assertThat(succeed(0, operator.plan()).stdout())
        .contains("stops the app", "App stopped by its release step", "504");
    begin();
    awaitStep(next);
    host.runScript(
        """
        (curl -sS --max-time 50 -H 'Host: blog.test' http://localhost/ >/tmp/page 2>&1) &
        sleep 2
        [ "$(systemctl show -P ActiveState gunicorn@blog.service)" = inactive ]
        rm %s/wait
        """
            .formatted(DATA));
    assertThat(end()).as(host.read("/tmp/out")).isEqualTo("0");
    assertThat(host.read("/tmp/page")).as("a request meanwhile").isEqualTo(next + "\n");
    assertServes(next);
  }

  @Test
  void anAppThatWasStoppedForAStepComesBack() {
    int next = ++greatest;
    operator.push(blog(next, "{stop: true, run: flask --app main fail}"));
    assertThat(succeed(3, operator.apply()).stdout()).contains("no such column");
    assertThat(operator.page("blog")).isEqualTo(version + "\n");

    host.run("touch", DATA + "/wait");
    operator.push(blog(next, "{stop: true, run: " + UPGRADE + "}"));
    begin();
    awaitStep(next);
    host.run("pkill", "-9", "-x", "java");
    assertThat(end()).isEqualTo("137");
    host.run("rm", DATA + "/wait");
    String page = "$(curl -s -H 'Host: blog.test' localhost)";
    await("the old revision serves", "[ \"" + page + "\" = " + version + " ]");
    succeed(0, operator.apply());
    assertServes(next);
    assertThat(runs(next)).isEqualTo(1);
  }
}
