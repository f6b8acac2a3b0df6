// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schedules of an app: commands that run at times. */
class SchedulesIT {
  private static final String SECRET = "pr1v4te of the shop";
  private static final String NEVER = "*-01-01 00:00";
  private static final String SERVICE = "gunicorn-schedule@shop.nightly.service";
  private static final String TIMER = "gunicorn-schedule@shop.nightly.timer";
  private static final String STAMP = "/var/lib/systemd/timers/stamp-" + TIMER;

  /** Waits while there is a file that holds it up, and imports a module of its revision then. */
  private static final String JOB =
      """
      import os, pwd, sys, time

      JOBS = "/srv/jobs/"

      def event(*words):
          with open(JOBS + "events", "a") as log:
              log.write(" ".join(words) + "\\n")

      user = pwd.getpwuid(os.getuid()).pw_name
      event("begin", user, os.getcwd(), sys.prefix, os.environ["GREETING"], os.environ["BATCH"],
            os.environ["TOKEN"])
      while os.path.exists(JOBS + "wait"):
          time.sleep(0.1)
      import late
      event("end", late.VERSION, str(os.path.exists("/etc/new")))
      if os.path.exists(JOBS + "fail"):
          sys.exit(3)
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.write("/etc/shop/token", SECRET + "\n", "0600");
    host.runScript("install -d -o www-data -g www-data -m 0750 /srv/jobs");
    operator.converge(shop("1", nightly(NEVER, "")));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void beginAnew() {
    host.runScript(
        """
        rm -f /srv/jobs/wait /srv/jobs/fail
        while [ -L /run/systemd/units/invocation:%1$s ]; do sleep 0.1; done
        rm -f /srv/jobs/events
        systemctl reset-failed 'gunicorn-schedule@*' || true
        """
            .formatted(SERVICE));
  }

  private static DesiredTree shop(String version, String more) {
    return DesiredTree.bare()
        .plain("quiet", Stage.QUICK)
        .with(
            "src/shop/main.py",
            DesiredTree.bare().files().get("src/plain/main.py") + "# " + version)
        .with("src/shop/job.py", JOB)
        .with("src/shop/late.py", "VERSION = '" + version + "'\n")
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            site: {server_name: shop.test}
            env: {GREETING: v%s, BATCH: '1'}
            secrets: {TOKEN: /etc/shop/token}
            %s%s\
            """
                .formatted(version, Stage.QUICK, more));
  }

  private static String nightly(String at, String more) {
    return """
    schedules:
      nightly:
        run: python job.py
        at: "%s"
        env: {BATCH: '500'}
    %s\
    """
        .formatted(at, more.isEmpty() ? "" : more.indent(4));
  }

  private static List<String> events() {
    return host.runScript("cat /srv/jobs/events 2>/dev/null || true").lines().toList();
  }

  private static void await(String what, String condition) {
    Result result =
        host.exec(
            Duration.ofMinutes(1),
            "timeout",
            "45",
            "sh",
            "-c",
            "until " + condition + "; do sleep 0.1; done");
    assertThat(result.exitCode()).as(what).isZero();
  }

  private static void awaitBegin() {
    await("the command runs", "grep -q ^begin /srv/jobs/events");
  }

  private static void awaitEnd() {
    await("the command ends", "[ ! -L /run/systemd/units/invocation:" + SERVICE + " ]");
  }

  private static void start() {
    host.run("systemctl", "start", "--no-block", SERVICE);
  }

  private static String show(String unit, String property) {
    return host.run("systemctl", "show", "--property=" + property, "--value", unit).strip();
  }

  private static String status() {
    return host.exec("reconcile", "status").stdout();
  }

  @Test
  void aCommandRunsAsTheAppWhenItIsDue() {
    operator.push(shop("2", nightly("*-*-* *:*:0/2", "")));
    Result plan = succeed(2, operator.plan("--detailed-exitcode"));
    assertThat(plan.stdout())
        .containsPattern("nightly of shop runs at (\\S+ \\S+ \\S+ \\S+,? ?){3}");
    succeed(0, operator.apply());
    awaitBegin();
    String tree = host.run("readlink", "-f", "/usr/share/nginx/shop").strip();
    String venv = host.run("readlink", "-f", "/opt/py_envs/shop").strip();

    await("it ends", "grep -q ^end /srv/jobs/events");
    assertThat(events().get(0))
        .isEqualTo("begin www-data %s %s v2 500 %s".formatted(tree, venv, SECRET));
    assertThat(events().get(1)).isEqualTo("end 2 False");
    operator.assertConverged();

    // other times, of which the last is long past: it must not run at once
    operator.converge(shop("2", nightly(NEVER, "")));
    awaitEnd();
    beginAnew();
    host.run("sleep", "3");
    assertThat(events()).isEmpty();
    assertThat(status()).contains("nightly: succeeded", ", next in");
    assertThat(show(TIMER, "ActiveState")).isEqualTo("active");
  }

  @Test
  void aRunThatGoesOnDuringDeploysEndsInItsOwnRevision() {
    operator.converge(shop("10", nightly(NEVER, "")));
    String tree = host.run("readlink", "-f", "/usr/share/nginx/shop").strip();
    host.run("touch", "/srv/jobs/wait");
    start();
    awaitBegin();
    String process = show(SERVICE, "MainPID");
    for (String version : List.of("11", "12")) {
      host.runScript("rm -rf /var/lib/reconcile/backup/*"); // what may keep trees besides
      operator.converge(shop(version, nightly("*-*-* *:*:0/2", "timeout: " + version + "m")));
    }
    assertThat(show(SERVICE, "MainPID")).as("neither ended nor twice").isEqualTo(process);
    assertThat(events()).hasSize(1);
    assertThat(status()).contains("nightly: running for");

    operator.converge(shop("12", nightly(NEVER, "")));
    host.runScript("rm /srv/jobs/wait");
    awaitEnd();
    assertThat(events()).contains("end 10 False");
    assertThat(show(SERVICE, "Result")).isEqualTo("success");
    host.runScript("rm -rf /var/lib/reconcile/backup/*");
    operator.converge(shop("13", nightly(NEVER, "")));
    host.run("test", "!", "-e", tree);
  }

  @Test
  void aMissedRunIsMadeUpForAfterBoot() {
    String both =
        nightly("daily", "persistent: true")
            + "  other: {run: touch /srv/jobs/other, at: daily, timeout: 5m}\n";
    operator.converge(shop("20", both));
    host.runScript("systemctl stop %s; touch -d '3 days ago' %s".formatted(TIMER, STAMP));
    host.reboot();
    await("the missed run", "grep -q ^end /srv/jobs/events");
    host.run("test", "!", "-e", "/srv/jobs/other");
    operator.assertConverged();

    // a schedule that goes forgets its last run, and one of another name begins anew
    operator.converge(
        shop("20", both).withRaw("apps/shop.yaml", renamed(shop("20", both)))); // same times
    assertThat(host.exec("sh", "-c", "ls -d /etc/systemd/system/*/*shop.nightly* " + STAMP).ok())
        .isFalse();
    assertThat(show(TIMER, "ActiveState")).isEqualTo("inactive");
    assertThat(show("gunicorn-schedule@shop.daily.timer", "ActiveState")).isEqualTo("active");

    operator.converge(shop("20", ""));
    assertThat(
            host.runScript(
                """
                ls -d /etc/systemd/system/*schedule* /etc/systemd/system/*/*schedule* \
                  /etc/gunicorn/*schedule* /var/lib/systemd/timers/*schedule* 2>/dev/null |
                  grep -v '@[.]' || true
                systemctl list-units --all --no-legend 'gunicorn-schedule@*'
                """))
        .isEmpty();
    operator.assertConverged();
  }

  private static String renamed(DesiredTree tree) {
    return String.valueOf(tree.files().get("apps/shop.yaml")).replace("nightly:", "daily:");
  }

  @Test
  void anAppMayHaveSchedulesAlone() {
    for (String version : List.of("70", "71")) {
      DesiredTree tree = shop(version, nightly(NEVER, ""));
      operator.converge(
          tree.withRaw(
              "apps/jobs.yaml",
              """
              source: {folder: src/shop}
              gunicorn: false
              site: false
              env: {GREETING: hello, BATCH: '1', TOKEN: none}
              schedules:
                hourly: {run: python job.py, at: hourly, splay: 50m}
                other: {run: "true", at: hourly, splay: 50m}
                elsewhere: {run: python job.py, at: hourly, on: [web2]}
              %s\
              """
                  .formatted(Stage.QUICK)));
      host.runScript("systemctl start gunicorn-schedule@jobs.hourly.service");
      assertThat(events()).contains("end " + version + " False");
      operator.assertConverged();
    }
    assertThat(status()).contains("  hourly: succeeded", "Healthy").doesNotContain("elsewhere");
    String hourly = "gunicorn-schedule@jobs.hourly.timer";
    assertThat(show(hourly, "RandomizedDelayUSec")).isEqualTo("50min");
    assertThat(
            List.of(
                show(hourly, "NextElapseUSecRealtime"),
                show("gunicorn-schedule@jobs.other.timer", "NextElapseUSecRealtime")))
        .as("the next times, which are not both the full hour")
        .doesNotHaveDuplicates()
        .anyMatch(time -> !time.contains(":00:00"));
    succeed(0, host.exec("reconcile", "status", "--json"));

    // with the app, its last run ends
    host.runScript(
        """
        touch /srv/jobs/wait
        systemctl start --no-block gunicorn-schedule@jobs.hourly.service
        """);
    await("it runs", "pgrep -f '[j]ob.py'");
    operator.converge(shop("71", nightly(NEVER, "")));
    assertThat(host.exec("pgrep", "-f", "[j]ob.py").ok()).isFalse();
  }

  @Test
  void aFailedRunIsShownAndTakesNoDeployBack() {
    operator.converge(shop("30", nightly(NEVER, "timeout: 2s")));
    host.run("touch", "/srv/jobs/fail");
    start();
    await("it fails", "systemctl is-failed --quiet " + SERVICE);
    assertThat(status())
        .contains("The last run of its schedule nightly failed: exit code 3.", "Unhealthy:");
    assertThat(host.exec("reconcile", "doctor").stdout())
        .contains("Failed schedule", "App shop: The last run", "journalctl -n 50 -u " + SERVICE);

    operator.converge(shop("31", nightly(NEVER, "timeout: 2s")));
    assertThat(status()).contains("failed: exit code 3");
    host.runScript("touch /srv/jobs/wait; rm /srv/jobs/fail; systemctl reset-failed " + SERVICE);
    start();
    await("it is killed", "systemctl is-failed --quiet " + SERVICE);
    assertThat(status()).contains("failed: its timeout, after which it was");
    assertThat(host.exec("pgrep", "-f", "[j]ob.py").ok()).isFalse();

    host.runScript("rm /srv/jobs/wait; systemctl start " + SERVICE);
    assertThat(status()).contains("nightly: succeeded", "Healthy");

    host.run("touch", "/srv/jobs/fail");
    host.exec("systemctl", "start", SERVICE);
    operator.converge(shop("31", ""));
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
  }

  @Test
  void noneStartsWhileReleaseStepsStopTheApp() {
    operator.converge(shop("40", nightly("*-*-* *:*:0/1", "")));
    String release =
        """
        release:
          stop: true
          run: >-
            sh -c 'echo release >>/srv/jobs/events; sleep 4; echo released >>/srv/jobs/events'
        """;
    operator.converge(shop("41", nightly("*-*-* *:*:0/1", "") + release));
    awaitBegin();
    await("it runs again", "sed 1,/released/d /srv/jobs/events | grep -q 'v41'");
    List<String> events = events();
    int begin = events.indexOf("release");
    assertThat(events.get(begin + 1)).isEqualTo("released");
    assertThat(events.get(begin - 1)).as("a run that went on was waited for").startsWith("end");
    operator.converge(shop("41", nightly(NEVER, "") + release));
    awaitEnd();
  }

  @Test
  void wrongTimesHoldTheAppAlone() {
    operator.converge(shop("50", nightly(NEVER, "")));
    DesiredTree wrong = shop("51", nightly("*-*-* 25:10", ""));
    operator.push(wrong.plain("quiet", Stage.QUICK + "env: {GREETING: changed}\n"));
    Result plan = operator.plan();
    assertThat(plan.stdout() + plan.stderr())
        .contains("on apps/shop.yaml line 9, column 9:", "does not understand \"*-*-* 25:10\"");
    succeed(3, operator.apply());
    assertThat(host.read("/etc/systemd/system/" + TIMER + ".d/reconcile.conf")).contains(NEVER);
    assertThat(show(TIMER, "ActiveState")).isEqualTo("active");
    assertThat(operator.page("quiet")).startsWith("changed");

    operator.push(shop("51", nightly("10 3 * * 1-5", "")));
    Result cron = operator.plan();
    assertThat(cron.exitCode()).isNotZero();
    assertThat(cron.stdout() + cron.stderr())
        .contains("The same times are \"Mon,Tue,Wed,Thu,Fri *-*-* 03:10\".");
    operator.converge(shop("51", nightly(NEVER, "")));
  }

  @Thorough
  @Test
  void aRevisionThatFailsTakesItsTimesBack() {
    operator.converge(shop("60", nightly("*-02-02", "persistent: true")));
    DesiredTree broken =
        shop("61", nightly("*-03-03", "") + "  more: {run: true, at: daily}\n")
            .with(
                "src/shop/main.py",
                """
                import os
                from real import app
                assert "RECONCILE_REHEARSAL" in os.environ
                """)
            .with(
                "src/shop/real.py",
                String.valueOf(DesiredTree.bare().files().get("src/plain/main.py")));
    operator.push(broken);
    succeed(3, operator.apply());
    assertThat(host.read("/etc/systemd/system/" + TIMER + ".d/reconcile.conf"))
        .contains("OnCalendar=*-02-02\nPersistent=yes");
    assertThat(show(TIMER, "ActiveState")).isEqualTo("active");
    assertThat(show(TIMER, "NextElapseUSecRealtime")).contains("-02-02 ");
    assertThat(show("gunicorn-schedule@shop.more.timer", "ActiveState")).isEqualTo("inactive");
    host.runScript("systemctl start " + SERVICE);
    assertThat(events()).contains("end 60 False");
    assertThat(operator.status("shop")).isEqualTo("200");
    operator.converge(shop("62", nightly(NEVER, "")));
  }
}
