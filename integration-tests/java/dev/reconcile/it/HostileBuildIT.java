// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code of an app that runs while its virtualenv is built, and tries what it should not. */
class HostileBuildIT {
  private static final String SECRET = "sekret-7720";

  /** Tries all that it can think of, and has the app tell how it went. */
  private static final String PROBE =
      """
      import getpass, hashlib, os, socket, stat, subprocess, sys
      from setuptools import setup

      said = []
      def attempt(what, act):
          try:
              act()
              said.append("DONE " + what)
          except Exception:
              said.append("refused " + what)
      def write(path):
          attempt("write " + path, lambda: open(path, "w").write("x"))
      def read(path):
          attempt("read " + path, lambda: open(path).read())
      def connect(path):
          attempt("connect " + path, lambda: socket.socket(socket.AF_UNIX).connect(path))

      for path in ["/pwned", "/etc/pwned", "/usr/local/bin/pwned", "/opt/py_envs/pwned", "/run/pwned",
                   "/var/lib/reconcile/pwned", "/var/lib/reconcile/venvs/pwned", "/var/log/pwned",
                   "/usr/share/nginx/pwned", "/home/ubuntu/pwned", "/srv/own/pwned", "/var/spool/cron/crontabs/root"]:
          write(path)
      for path in ["/etc/reconcile/secrets/shop/SECRET", "/etc/gunicorn/shop.env", "/etc/shadow",
                   "/root/.ssh/id_ed25519", "/home/bob/diary", "/usr/share/nginx/shop/main.py",
                   "/srv/own/main.py", "/var/lib/reconcile/state.json",
                   "/var/log/gunicorn/shop/access.log", "/dev/tty"]:
          read(path)
      for path in ["/run/shop_gunicorn.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"]:
          connect(path)
      for path in ["/var/lib/reconcile/checkouts", "/var/lib/reconcile/venvs/shop", "/etc/reconcile"]:
          attempt("list " + path, lambda: os.listdir(path))
      attempt("setuid", lambda: os.chmod("setup.py", 0o4755))
      attempt("device", lambda: os.mknod("null", stat.S_IFCHR | 0o666, os.makedev(1, 3)))
      attempt("hard link", lambda: os.link("/etc/passwd", "passwd"))
      attempt("become root", lambda: os.setuid(0))
      attempt("namespace", lambda: subprocess.run(["unshare", "-Ur", "true"], check=True))
      said.append("user " + getpass.getuser())
      said.append("input " + repr(sys.stdin.read()))
      # one build runs this several times
      mine = "left-behind-" + hashlib.sha256(open("setup.py", "rb").read()).hexdigest()
      for name, folder in [("home", os.environ["HOME"]), ("tmp", "/tmp"), ("shm", "/dev/shm")]:
          left = [one for one in os.listdir(folder) if one.startswith("left-") and one != mine]
          said.append(name + " " + ",".join(left))
      said.append("environment " + ("tells" if "SECRET" in str(os.environ) else "tells nothing"))
      for folder in [os.environ["HOME"], "/tmp", "/var/tmp", "/dev/shm"]:
          open(os.path.join(folder, mine), "w").write("x")
      if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
              for fd in range(3):
                  os.close(fd)
              os.execvp("sleep", ["sleep", "987"])
          os._exit(0)
      os.makedirs("evilkit", exist_ok=True)
      open("evilkit/__init__.py", "w").write("SAID = %r\\n" % said)
      setup(name="evilkit", version="1.0", packages=["evilkit"])
      """;

  private static final String MAIN =
      """
      import evilkit


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [("\\n".join(evilkit.SAID) + "\\n").encode()]
      """;

  /** A setup.py that does something to the virtualenv. */
  private static final String MEDDLING =
      """
      import os, sys
      from setuptools import setup
      lib = os.path.join(sys.prefix, "lib")
      if len(sys.argv) > 1 and sys.argv[1] != "egg_info":
          %s
      os.makedirs("evilkit", exist_ok=True)
      open("evilkit/__init__.py", "w").write("SAID = ['meddled']\\n")
      setup(name="evilkit", version="1.0", packages=["evilkit"])
      """;

  private static final String SITE = "source: {git: \"%s\"}\nsite: {server_name: %s.test}\n";
  private static final String QUICK = "venv: {python: " + Stage.QUICK_PYTHON + "}\n";

  private static Operator operator;
  private static TestHost host;
  private static DesiredTree tree;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.git().allowRoot();
    Stage.makeQuickPython(host);
    host.write("/etc/reconcile/secrets/shop/SECRET", SECRET + "\n", "0600");
    DesiredTree good =
        DesiredTree.of()
            .plain("shop", QUICK + "secrets: {SECRET: /etc/reconcile/secrets/shop/SECRET}\n");
    host.write("/srv/own/main.py", good.files().get("src/plain/main.py"), "0644");
    host.write("/srv/own/requirements.txt", "", "0644");
    host.runScript(
        "useradd -m bob; echo dear >/home/bob/diary; chmod 644 /home/bob/diary; chmod 755 /home/bob");
    tree =
        good.with(
                "apps/own.yaml",
                "source: {path: /srv/own}\nuser: bob\nsite: {server_name: own.test}\n" + QUICK)
            .with("apps/evil.yaml", QUICK + SITE.formatted(host.git().fileUrl("evil"), "evil"))
            .with("apps/next.yaml", SITE.formatted(host.git().fileUrl("next"), "next"));
    code("next", "setup.py", PROBE + "# of next\n");
    code("evil", "setup.py", PROBE);
    operator.converge(tree);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static void code(String app, String path, String content) {
    Map<String, String> files =
        new TreeMap<>(Map.of("main.py", MAIN, "requirements.txt", ".\n", path, content));
    host.git().push(app, files);
  }

  /** Whatever was built: all that is kept is root's, and nothing of a build is left. */
  @AfterEach
  void nothingIsLeftOfABuild() {
    assertThat(host.sh("pgrep -u reconcile-build1,reconcile-build2; pgrep -f 'sleep 987'").stdout())
        .isEmpty();
    assertThat(host.run("find", "/var/lib/reconcile/builds", "-mindepth", "1")).isEmpty();
    assertThat(
            host.run(
                "find",
                "/var/lib/reconcile/venvs",
                "!",
                "-user",
                "root",
                "-o",
                "!",
                "-type",
                "l",
                "(",
                "-perm",
                "/6022",
                "-o",
                "-type",
                "p",
                "-o",
                "-type",
                "s",
                "-o",
                "-type",
                "c",
                ")"))
        .isEmpty();
    assertThat(host.run("find", "/var/lib/reconcile/venvs", "-type", "f", "-links", "+1"))
        .isEmpty();
    assertThat(
            host.run(
                "find", "/", "-xdev", "-name", "*pwned*", "-o", "-xdev", "-name", "left-behind-*"))
        .isEmpty();
    operator.assertConverged();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(operator.page("own")).isEqualTo("hello from bob\n");
  }

  @Test
  void reachesNothing() {
    List<String> said = operator.page("evil").lines().toList();
    assertThat(said)
        // two build at a time, each as a user of its own
        .containsAnyOf("user reconcile-build1", "user reconcile-build2")
        .contains("input ''", "environment tells nothing")
        .hasSizeGreaterThan(30);
    assertThat(said).as("what it could do").noneMatch(line -> line.startsWith("DONE"));
  }

  @Thorough
  @Test
  void leavesNothingForTheNextBuild() {
    for (String app : List.of("evil", "next")) {
      code(app, "setup.py", PROBE + "# once more, of " + app + "\n");
    }
    succeed(0, operator.apply());
    for (String app : List.of("evil", "next")) {
      assertThat(operator.page(app).lines()).as(app).contains("home ", "tmp ", "shm ");
    }
  }

  @Thorough
  @Test
  void falseWheelIsNotTakenByAnotherApp() {
    code(
        "evil",
        "setup.py",
        MEDDLING.formatted(
            """
            import base64, subprocess
                home = os.environ["HOME"]
                os.makedirs(home + "/.config/pip", exist_ok=True)
                for place in ["/tmp", "/var/tmp", home]:
                    open(place + "/click-99.0-py3-none-any.whl", "wb").write(b"PK")
                open(home + "/.config/pip/pip.conf", "w").write("[global]\\nfind-links = /tmp /var/tmp\\n")
            """));
    host.git()
        .push(
            "next",
            Map.of(
                "main.py",
                "import click\n"
                    + MAIN.replace("evilkit.SAID", "[click.__version__]")
                        .replace("import evilkit", ""),
                "requirements.txt",
                "click\n"));
    succeed(0, operator.apply());
    assertThat(operator.page("next")).isEqualTo("8.1.3\n");
    code("next", "setup.py", PROBE + "# of next\n");
    code("evil", "setup.py", PROBE);
    succeed(0, operator.apply());
  }

  @Thorough
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "os.symlink('/etc/passwd', lib + '/out') | lib/out is a symbolic link that leads outside",
        "os.symlink('../../../../state.json', lib + '/up') | lib/up is a symbolic link that leads",
        "os.mkfifo(lib + '/pipe') | lib/pipe is a pipe",
        "import socket; socket.socket(socket.AF_UNIX).bind(lib + '/socket') | lib/socket is a pipe, a socket",
        "[os.mkdir('d') or os.chdir('d') for _ in [os.chdir(lib)] + [0] * 2500] | nested more than",
      })
  void whatCannotBeKeptIsRefused(String act, String words) {
    code("evil", "setup.py", MEDDLING.formatted(act));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains("Virtualenv rejected", words);
    assertThat(operator.page("evil")).as("the one before").contains("user reconcile-build");
    code("evil", "setup.py", PROBE);
    succeed(0, operator.apply());
  }

  // its user has no right to the build, but was handed what it had open
  @Test
  void accompliceThatHoldsTheBuildOpenChangesNothing() {
    Accomplice.start(host, Layout.of("evil").user());
    code(
        "evil",
        "setup.py",
        MEDDLING.formatted(
            """
            import array, socket
                open(lib + "/given", "w").write("good")
                os.chmod(lib, 0o777)
                file, folder = os.open(lib + "/given", os.O_RDWR), os.open(lib, os.O_RDONLY)
                to = socket.socket(socket.AF_UNIX)
                to.connect("\\0accomplice")
                to.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file, folder]))])
            """));
    Result result = operator.apply();
    Accomplice.changesNothing(host, result, Layout.of("evil").venv() + "/lib/given");
    code("evil", "setup.py", PROBE);
    succeed(0, operator.apply());
  }

  @Thorough
  @Test
  void questionsAreNotAskedAndFailuresAreTold() {
    code(
        "evil",
        "setup.py",
        MEDDLING.formatted("print('\\x1b[31mred\\x1b[0m', input('Password: '))"));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Virtualenv build failed", "evil: pip said", "EOFError")
        .doesNotContain("\u001b[31m");
    code("evil", "setup.py", PROBE);
    succeed(0, operator.apply());
  }

  @Thorough
  @Test
  void buildThatDoesNotEndIsEndedByTheNextRun() {
    code("evil", "setup.py", MEDDLING.formatted("os.execvp('sleep', ['sleep', '654'])"));
    host.runScript(
        "reconcile --repo %s >/dev/null 2>&1 & echo $! >/run/pid".formatted(operator.repo()));
    host.exec(
        Duration.ofSeconds(60),
        "sh",
        "-c",
        "for _ in $(seq 500); do pgrep -u reconcile-build1,reconcile-build2 -f 'sleep 654' && break; sleep 0.1; done");
    host.runScript("kill -9 $(cat /run/pid); sleep 0.5");
    assertThat(host.sh("pgrep -u reconcile-build1,reconcile-build2 -f 'sleep 654'").ok())
        .as("the build goes on")
        .isTrue();
    code("evil", "setup.py", PROBE);
    succeed(0, operator.apply());
  }
}
