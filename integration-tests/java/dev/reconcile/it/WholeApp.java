// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * An app that has everything: a build, a release step, data, limits, a web process, three
 * background processes and a schedule. Its values would do harm in a shell, a unit or an
 * environment file.
 *
 * @param operator runs reconcile on the host
 * @param app the app's name
 */
record WholeApp(Operator operator, String app) {
  private static final String MAIN =
      """
      import os


      def app(environ, start_response):
          with open("built.txt") as built:
              answer = built.read().strip() + " " + os.environ["VERSION"]
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(answer + "\\n").encode()]
      """;

  private static final String WORKER =
      """
      import os
      import time

      open("state/is-writable", "w").close()
      print("worker of", os.environ["VERSION"], flush=True)
      while True:
          time.sleep(60)
      """;

  private static final String JOB =
      """
      import json
      import os
      import sys

      with open("state/runs", "a") as jobs:
          own = [os.environ["VERSION"], os.environ["TRICKY"], os.environ["OWN"]]
          jobs.write(json.dumps(own + sys.argv[1:]) + "\\n")
      """;

  /** In YAML and Python, between double quotation marks. */
  private static final String TRICKY = "%h $HOME %% \\\"q\\\" 'y' \\\\ `id` $(id) # ; end";

  private static final String OWN = "%i $OWN ${OWN} \\\"q\\\" \\\\n ; #";

  private static final String ARGUMENTS =
      "\"%h %%n\" \"$HOME ${HOME}\" \"it's\" \";\" \"#x\" \"a\\\\b\" -x \"\" !y @z +q :c";

  /** The same as a list of Python. */
  private static final String LIST =
      "['%h %%n', '$HOME ${HOME}', \"it's\", ';', '#x', 'a\\\\b', '-x', '', '!y', '@z', '+q', ':c']";

  /** Longer than a line of anything, and shorter than Linux allows. */
  static final String LONG = "x".repeat(100_000);

  /**
   * Prints a line for each service of an app: what runs, in which revision, and what it was given
   * wrongly. Arguments: app, directory.
   */
  private static final String INSPECT =
      """
      import os, subprocess, sys

      app, directory = sys.argv[1:]
      tricky = "TRICKY_TEXT"
      own = "OWN_TEXT"
      arguments = ARGUMENT_LIST


      def run(*argv):
          return subprocess.run(argv, stdout=subprocess.PIPE, text=True).stdout


      def words(file):
          with open(file) as text:
              return text.read().split("\\0")[:-1]


      units = run("systemctl", "list-units", "--plain", "--no-legend", "--full", "--all",
                  f"gunicorn@{app}.*", f"gunicorn-process@{app}.*", f"gunicorn-schedule@{app}.*.timer")
      for line in units.splitlines():
          unit, _, active = line.split()[:3]
          lines = run("systemctl", "show", unit).splitlines()
          show = dict(line.split("=", 1) for line in lines if "=" in line)
          faults = [] if show["NeedDaemonReload"] == "no" else ["needs a daemon-reload"]
          if unit.endswith(".service"):
              pid = show["MainPID"]
              environ = dict(word.split("=", 1) for word in words(f"/proc/{pid}/environ"))
              active += " version " + environ["VERSION"]
              if os.readlink(f"/proc/{pid}/cwd") != os.path.realpath(directory):
                  faults.append("runs in " + os.readlink(f"/proc/{pid}/cwd"))
              if show["NRestarts"] != "0":
                  faults.append(show["NRestarts"] + " restarts")
              if environ["TRICKY"] != tricky or len(environ["LONG"]) != 100000:
                  faults.append("TRICKY is " + environ["TRICKY"])
              if "mail" in unit and environ["OWN"] != own:
                  faults.append("OWN is " + environ["OWN"])
              with open(f"/proc/{pid}/limits") as limits:
                  most = next(line.split()[3] for line in limits if line.startswith("Max open"))
              if most != ("2048" if "mail" in unit else "4096"):
                  faults.append(f"may open {most} files")
              command = words(f"/proc/{pid}/cmdline")
              if "mail" in unit and command[-len(arguments):] != arguments:
                  faults.append(f"runs {command}")
          print(unit.replace("@" + app, "@APP"), active, *faults)
      """
          .replace("TRICKY_TEXT", TRICKY)
          .replace("OWN_TEXT", OWN)
          .replace("ARGUMENT_LIST", LIST);

  private static final String INSPECTOR = "/var/tmp/inspect-whole.py";

  /** Puts on the host what the checks need. */
  static void prepare(TestHost host) {
    Stage.makeQuickPython(host);
    host.write(INSPECTOR, INSPECT, "0644");
  }

  /** A tree with the app at a version; its web process listens as {@code bind} says. */
  DesiredTree in(DesiredTree tree, String version, String bind) {
    return files(tree, version)
        .with(
            "apps/" + app + ".yaml",
            """
            source: {folder: src/%1$s}
            gunicorn: {workers: 1, bind: %2$s}
            site: {server_name: %1$s.test}
            %3$s\
            """
                .formatted(app, bind, common(version)));
  }

  /** The same with background processes alone. */
  DesiredTree withoutWeb(DesiredTree tree, String version) {
    String yaml = common(version).replaceAll("(?s)schedules:.*", "");
    return files(tree, version)
        .with(
            "apps/" + app + ".yaml",
            "source: {folder: src/%s}\ngunicorn: false\nsite: false\n%s".formatted(app, yaml));
  }

  private DesiredTree files(DesiredTree tree, String version) {
    String folder = "src/" + app + "/";
    return tree.with(folder + "main.py", MAIN)
        .with(folder + "worker.py", WORKER)
        .with(folder + "job.py", JOB)
        .with(folder + "state/.gitkeep", "")
        .with(folder + "version", version);
  }

  /** A tree in which a worker of the app ends at once. */
  DesiredTree broken(DesiredTree tree) {
    return tree.with("src/" + app + "/worker.py", "raise SystemExit('no such queue')\n");
  }

  private static String common(String version) {
    return """
    venv: {python: %s, install: none}
    data: [state]
    resources: {files: 4096}
    env: {VERSION: "%s", TRICKY: "%s", LONG: %s}
    build: sh -c 'cp version built.txt'
    release: sh -c 'cat version >>state/released'
    processes:
      mail: {instances: 2, run: '%s', env: {OWN: "%s"}, resources: {files: 2048}}
      queue: python worker.py
    schedules:
      nightly: {at: "*-01-01", persistent: true, run: '%s', env: {OWN: "%s"}}
    """
        .formatted(
            Stage.QUICK_PYTHON,
            version,
            TRICKY,
            LONG,
            command("worker.py"),
            OWN,
            command("job.py"),
            OWN);
  }

  private static String command(String program) {
    return "python " + program + " " + ARGUMENTS.replace("'", "''");
  }

  /** All of it runs in this version, nothing else of it does, and the schedule would. */
  void assertRuns(String version) {
    List<String> units = background(version);
    units.add("gunicorn-schedule@APP.nightly.timer active");
    units.add("gunicorn@APP.service active version " + version);
    assertThat(inspect().lines().filter(line -> !line.contains(".socket")))
        .as(app)
        .containsExactlyInAnyOrderElementsOf(units);
    assertThat(operator.page(app)).isEqualTo(version + " " + version + "\n");
    String job =
        host()
            .runScript(
                "systemctl start gunicorn-schedule@%s.nightly; tail -n 1 %s/runs"
                    .formatted(app, data()));
    String expected =
        host()
            .run(
                "python3",
                "-c",
                "import json; print(json.dumps(['%s', \"%s\", \"%s\"] + %s))"
                    .formatted(version, TRICKY, OWN, LIST));
    assertThat(job).as("what the schedule of %s was given", app).isEqualTo(expected);
  }

  /** Its background processes run in this version, and nothing else of it does. */
  void assertWorks(String version) {
    assertThat(inspect().lines()).as(app).containsExactlyInAnyOrderElementsOf(background(version));
  }

  private static List<String> background(String version) {
    List<String> units = new ArrayList<>();
    for (String process : List.of("mail.1", "mail.2", "queue.1")) {
      units.add("gunicorn-process@APP.%s.service active version %s".formatted(process, version));
    }
    return units;
  }

  private String inspect() {
    return host().run("python3", INSPECTOR, app, Layout.of(app).directory());
  }

  /** The main processes of all its services. */
  String pids() {
    return host().run("systemctl", "show", "-P", "MainPID", "gunicorn@" + app + ".service")
        + workers();
  }

  /** The main processes of its background processes. */
  String workers() {
    return host().run("systemctl", "show", "-P", "MainPID", "gunicorn-process@" + app + ".*");
  }

  /** Where its data is. */
  String data() {
    return "/var/lib/gunicorn/" + app + "/state";
  }

  /** Nothing is left of it but its data and its logs. */
  void assertGone() {
    String left =
        host()
            .runScript(
                """
                systemctl list-units --all --no-legend --full 'gunicorn*@%1$s[.]*'
                find / /run -xdev \\( -path /proc -o -path /var/lib/reconcile/backup -o -path /var/tmp \
                  -o -path /srv/git -o -path /var/lib/gunicorn/%1$s -o -path /var/log/gunicorn/%1$s \\) \
                  -prune -o \\( -name '%1$s' -o -name '%1$s[._]*' -o -name '*@%1$s.*' \\
                  -o -name '*-%1$s' -o -name '*-%1$s.*' \\) -print
                grep -nE '"app" : "%1$s"|^ *"(check|release|restart) ([a-z-]+@)?%1$s[".]' \
                  /var/lib/reconcile/state.json || true
                """
                    .formatted(app))
            .replaceAll("(?m)^/var/lib/reconcile/(venvs|checkouts)/" + app + "\n", "")
            // an empty folder that stays above
            .replace(Layout.of(app).directory().replaceFirst("/[^/]*$", "\n"), "");
    assertThat(left).as("what is left of " + app).isEmpty();
    assertThat(host().sh("pgrep -f '[w]orker.py' | xargs -I{} cat /proc/{}/cgroup").stdout())
        .doesNotContain("@" + app + ".");
    host().run("test", "-s", data() + "/released");
  }

  private TestHost host() {
    return operator.host();
  }
}
