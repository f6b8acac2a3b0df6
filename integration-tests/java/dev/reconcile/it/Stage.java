// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.CrashMain;
import dev.reconcile.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.utility.MountableFile;

/**
 * A server with two apps on which runs are disturbed: shop changes, quiet must not notice.
 *
 * @param operator runs reconcile there
 */
record Stage(Operator operator) implements AutoCloseable {
  static final String QUICK_PYTHON = "/usr/local/bin/python3-quick";

  /** A script that does what follows a rotation of the apps' logs. */
  static final String ROTATE =
      """
      sed '1,/postrotate/d; /endscript/,$d' /etc/logrotate.d/gunicorn | sh -e
      """;

  /** Has an app use it. */
  static final String QUICK = "venv: {python: " + QUICK_PYTHON + "}\n";

  /** Makes virtualenvs by copying the image's, so that hundreds of deployments fit into a test. */
  static final String QUICK_VENV =
      """
      #!/bin/sh -e
      [ "$1 $2" = "-m venv" ] || exec python3 "$@"
      mkdir -p "$3"; cp -a /srv/quick/. "$3"
      find "$3/bin" "$3/pyvenv.cfg" -type f -exec sed -i "s|/srv/quick|$3|g" {} +
      """;

  /**
   * Prints what is not as it should be, a line each. Arguments: pids of quiet, its page, and of
   * each app name, directory, virtualenv and page.
   */
  private static final String INSPECT =
      """
      import os, subprocess, sys, time

      def run(*argv):
          done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
          return done.stdout.strip()

      def show(unit):
          lines = run("systemctl", "show", unit).splitlines()
          return dict(line.split("=", 1) for line in lines if "=" in line)

      def check(fine, problem):
          if not fine:
              print(problem)

      def page(app):
          return run("curl", "-sS", "--max-time", "20", "-H", f"Host: {app}.test", "http://localhost/")

      def workers(pid):
          return sorted(run("pgrep", "-P", pid).split())

      # what a clock that began at boot calls "at", as seconds since 1970
      def moment(at):
          with open("/proc/uptime") as file:
              return time.time() - float(file.read().split()[0]) + at

      def born(pid):
          with open(f"/proc/{pid}/stat") as file:
              ticks = file.read().rsplit(")", 1)[1].split()[19]
          return moment(int(ticks) / os.sysconf("SC_CLK_TCK"))

      def changed(path):
          return os.lstat(path).st_ctime

      def app(name, directory, venv, wanted):
          files = [f"/etc/gunicorn/{name}.env", directory, venv]
          if wanted == "-":
              left = [*files, f"/run/{name}_gunicorn.sock", f"/etc/nginx/sites-available/{name}",
                      f"/etc/nginx/sites-enabled/{name}"]
              for path in left:
                  check(not os.path.lexists(path), path + " is still there")
              check(show(f"gunicorn@{name}.service")["ActiveState"] == "inactive", name + " runs")
              return
          check(page(name) == wanted, f"{name} answers {page(name)!r} instead of {wanted!r}")
          unit = show(f"gunicorn@{name}.service")
          check(unit["ActiveState"] == "active", f"{name} is {unit['ActiveState']}")
          check(unit["NRestarts"] == "0", f"{name}: {unit['NRestarts']} restarts by systemd")
          began = moment(int(unit["ExecMainStartTimestampMonotonic"]) / 1e6)
          for path in files:
              check(began > changed(path) - 0.05, f"{name} was not restarted after {path} changed")

      for argument in sys.argv[3:]:
          app(*argument.split("|", 3))
      quiet = show("gunicorn@quiet.service")
      pids = " ".join([quiet["MainPID"], *workers(quiet["MainPID"])])
      check(pids == sys.argv[1], f"quiet was {sys.argv[1]} and is {pids}")
      check(page("quiet") == sys.argv[2], "quiet answers " + page("quiet"))
      for unit in ["nginx.service", "gunicorn.target", *run("systemctl", "list-units", "--all",
          "--plain", "--no-legend", "gunicorn@*").split("\\n")]:
          name = unit.split()[0]
          check(show(name)["NeedDaemonReload"] == "no", name + " needs a daemon-reload")
      site = max(changed("/etc/nginx/" + each) for each in ["sites-available", "sites-enabled"])
      for worker in workers(show("nginx.service")["MainPID"]):
          with open(f"/proc/{worker}/cmdline") as file:
              if "shutting down" not in file.read():
                  check(born(worker) > site - 0.05, "nginx has not been reloaded")
      check(not run("systemctl", "list-units", "--failed", "--no-legend"), "units have failed")
      left = run("systemctl", "list-units", "--all", "--no-legend", "reconcile-*")
      check(not left, "transient units are left: " + left)
      left = run("find", "/etc", "/opt", "/usr/share/nginx", "/var/lib", "/home", "/srv", "/run", "-xdev",
                 "-name", ".reconcile-tmp.*", "-o", "-name", ".new-*")
      check(not left, "left over: " + left)
      left = run("find", "/run/reconcile", "-mindepth", "1") if os.path.exists("/run/reconcile") else ""
      check(not left, "left over: " + left)
      """;

  private static final String INSPECTOR = "/var/tmp/inspect.py";

  /** Makes an interpreter whose virtualenvs take no time. */
  static void makeQuickPython(TestHost host) {
    host.write(QUICK_PYTHON, QUICK_VENV, "0755");
  }

  /** Boots it, and deploys the tree. */
  static Stage boot(DesiredTree tree) {
    Operator operator = Operator.boot();
    makeQuickPython(operator.host());
    operator.host().write(INSPECTOR, INSPECT, "0644");
    operator.converge(tree);
    return new Stage(operator);
  }

  /** The two apps; each version of shop has its own code, setting and site. */
  static DesiredTree tree(String version) {
    return DesiredTree.of("quiet")
        .plain("quiet", QUICK)
        .with("src/shop/main.py", code(version))
        .with("src/shop/requirements.txt", "click\n# " + version + "\n")
        .with(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            venv: {python: %s}
            env: {GREETING: %s}
            site: {server_name: shop.test, client_max_body_size: %dk}
            """
                .formatted(QUICK_PYTHON, version, 100 + Math.floorMod(version.hashCode(), 900)));
  }

  /** What shop answers in a version: what its code and its setting say. */
  static String page(String version) {
    return version + " " + version;
  }

  private static String code(String version) {
    return """
    import os


    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [("%s " + os.environ["GREETING"] + "\\n").encode()]
    """
        .formatted(version);
  }

  TestHost host() {
    return operator.host();
  }

  /** Puts the classes of the tests beside reconcile, for {@link #crash}. */
  void copyTests() {
    String from = host().upload(MountableFile.forHostPath(Path.of("target/test-classes/dev")));
    // a jar, because the JVM takes no cache for classes in a folder
    host()
        .run(
            "sh",
            "-ec",
            "mkdir /opt/tests; mv \"$1\" /opt/tests/dev; cd /opt/tests;"
                + " python3 -m zipfile -c /opt/reconcile/tests.jar dev",
            "sh",
            from);
  }

  /**
   * A run that ends at a call as if it were killed there; see {@link dev.reconcile.cli.CrashMain}.
   */
  Result crash(int at, Fault.Mode mode, String calls, String commit) {
    return crash(at, mode.name(), calls, commit);
  }

  /** The same, between two system calls that change files. */
  Result crashBetween(int at, String calls, String commit) {
    return crash(at, CrashMain.BETWEEN, calls, commit);
  }

  private Result crash(int at, String mode, String calls, String commit) {
    return crash(at, mode, calls, commit, List.of("--allow-rewind", "--max-prune", "9"));
  }

  /** The same with other options. */
  Result crash(int at, String mode, String calls, String commit, List<String> options) {
    List<String> argv = new ArrayList<>(List.of("/opt/java/bin/java"));
    argv.addAll(StartupCache.OPTIONS);
    argv.addAll(
        List.of(
            "-cp",
            "/opt/reconcile/reconcile.jar:/opt/reconcile/tests.jar",
            "dev.reconcile.cli.CrashMain",
            "" + at,
            mode,
            calls,
            "apply",
            "--repo",
            operator.repo(),
            "--ref",
            commit));
    argv.addAll(options);
    return host().exec(Duration.ofMinutes(3), argv.toArray(String[]::new));
  }

  /**
   * Owner and mode of everything in the places where a deployment makes files and folders, whatever
   * the digests in their names.
   */
  String attributes() {
    return host()
        .runScript(
            """
            find /etc/gunicorn /etc/nginx /etc/systemd/system /opt/py_envs /srv /usr/share/nginx \
              /var/lib/gunicorn /var/lib/reconcile /var/log/gunicorn -xdev \
              \\( -path "/var/lib/reconcile/backup/*" -o -path "*.git/*" -o -name __pycache__ \\) \
              -prune -o -printf "%m %u:%g %p\\n" | sed -E 's/[0-9a-f]{12,}/#/g' | LC_ALL=C sort -u -k3
            """);
  }

  /** An ordinary run to a commit, which may be an earlier one. */
  Result apply(String commit) {
    return operator.apply("--ref", commit, "--allow-rewind");
  }

  /** The processes of quiet, as the inspection wants them. */
  String quiet() {
    String unit = "gunicorn@quiet.service";
    String main = host().run("systemctl", "show", "--property=MainPID", "--value", unit).strip();
    List<String> pids = new ArrayList<>(List.of(main));
    host().run("pgrep", "-P", main).lines().sorted().forEach(pids::add);
    return String.join(" ", pids);
  }

  /**
   * All is as after an undisturbed run, and there is nothing left to do.
   *
   * @param quiet what {@link #quiet} said before
   * @param pages {@code APP=PAGE}, or {@code APP=-} for one that must be gone
   */
  void inspect(String quiet, String commit, String... pages) {
    List<String> argv = new ArrayList<>(List.of("python3", INSPECTOR, quiet));
    argv.add(DesiredTree.answer("quiet").strip());
    for (String page : pages) {
      List<String> words = List.of(page.split("=", 2));
      Layout layout = Layout.of(words.getFirst());
      argv.add(String.join("|", layout.app(), layout.directory(), layout.venv(), words.getLast()));
    }
    assertThat(host().run(argv.toArray(String[]::new))).as("what is wrong").isEmpty();
    Result plan =
        succeed(0, operator.plan("--ref", commit, "--allow-rewind", "--detailed-exitcode"));
    assertThat(plan.stdout()).startsWith("No changes");
  }

  @Override
  public void close() {
    operator.close();
  }
}
