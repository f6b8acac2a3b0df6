// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Build steps that try what they should not. */
@Thorough
class HostileBuildStepsIT {
  /** Tries all that it can think of, and has the app tell how it went. */
  private static final String PROBE =
      """
      import os, socket, stat, subprocess, sys

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

      venv = os.environ["VIRTUAL_ENV"]
      for path in ["/pwned", "/etc/pwned", "/usr/local/bin/pwned", "/opt/py_envs/pwned", "/run/pwned",
                   "/var/lib/reconcile/pwned", "/var/lib/reconcile/checkouts/pwned", "../pwned",
                   "/var/lib/reconcile/earlier/pwned", "/var/log/pwned", "/usr/share/nginx/pwned",
                   "/home/ubuntu/pwned", "/srv/own/pwned", venv + "/pwned", venv + "/bin/gunicorn"]:
          write(path)
      for path in ["/etc/reconcile/secrets/shop/SECRET", "/srv/open/secret", "/etc/gunicorn/shop.env",
                   "/etc/shadow", "/home/bob/diary", "/srv/own/main.py", "/srv/data/open",
                   "/usr/share/nginx/shop/main.py", "/var/lib/reconcile/state.json",
                   "/var/lib/gunicorn/shop/open", "/root/.config/pip/pip.conf",
                   os.environ["HOME"] + "/.config/pip/pip.conf"]:
          read(path)
      for path in ["/run/shop_gunicorn.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"]:
          connect(path)
      for path in ["/var/lib/reconcile/builds", "/var/lib/reconcile/venvs/shop", "/etc/reconcile"]:
          attempt("list " + path, lambda: os.listdir(path))
      attempt("setuid", lambda: os.chmod("probe.py", 0o4755))
      attempt("device", lambda: os.mknod("null", stat.S_IFCHR | 0o666, os.makedev(1, 3)))
      attempt("hard link", lambda: os.link("/etc/passwd", "passwd"))
      attempt("hard link to the virtualenv", lambda: os.link(venv + "/bin/gunicorn", "linked"))
      attempt("become root", lambda: os.setuid(0))
      attempt("namespace", lambda: subprocess.run(["unshare", "-Ur", "true"], check=True))
      attempt("unit", lambda: subprocess.run(["systemd-run", "true"], check=True))
      said.append("environment " + ("tells" if "sekret" in str(os.environ) else "tells nothing"))
      said.append("trees " + ",".join(os.listdir("..")))
      if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
              for fd in range(3):
                  os.close(fd)
              os.execvp("sleep", ["sleep", "987"])
          os._exit(0)
      open("said.txt", "w").write("\\n".join(said) + "\\n")
      """;

  private static final String MAIN =
      """
      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [open("said.txt", "rb").read()]
      """;

  private static Operator operator;
  private static TestHost host;
  private static DesiredTree tree;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript(
        """
        useradd -m bob; echo dear >/home/bob/diary; chmod 644 /home/bob/diary; chmod 755 /home/bob
        install -d /srv/own /srv/open /srv/data /var/lib/gunicorn/shop /root/.config/pip
        echo open >/srv/data/open; chown -R www-data: /srv/data
        echo open >/var/lib/gunicorn/shop/open; echo sekret >/srv/open/secret
        printf "[global]\n# sekret\n" >/root/.config/pip/pip.conf
        """);
    host.write("/etc/reconcile/secrets/shop/SECRET", "sekret\n", "0644");
    tree =
        DesiredTree.of()
            .plain(
                "shop",
                Stage.QUICK
                    + """
                    secrets: {SECRET: /etc/reconcile/secrets/shop/SECRET, OPEN: /srv/open/secret}
                    data: [/srv/data]
                    """);
    host.write("/srv/own/main.py", tree.files().get("src/plain/main.py"), "0644");
    host.write("/srv/own/requirements.txt", "", "0644");
    tree =
        tree.with(
                "apps/own.yaml",
                "source: {path: /srv/own}\nuser: bob\nsite: {server_name: own.test}\n"
                    + Stage.QUICK)
            .with(
                "apps/evil.yaml",
                """
                source: {folder: src/evil}
                site: {server_name: evil.test}
                build: python probe.py
                """
                    + Stage.QUICK)
            .with("src/evil/main.py", MAIN);
    operator.converge(tree.with("src/evil/probe.py", PROBE));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static Result build(String code) {
    operator.push(tree.with("src/evil/probe.py", "import os\n" + code + "\n"));
    return operator.apply();
  }

  /** Whatever was built: all that is kept is root's, and nothing of a build is left. */
  @AfterEach
  void nothingIsLeftOfABuild() {
    assertThat(host.sh("pgrep -u reconcile-build1,reconcile-build2; pgrep -f 'sleep 987'").stdout())
        .isEmpty();
    assertThat(host.run("find", "/var/lib/reconcile/builds", "-mindepth", "1")).isEmpty();
    assertThat(
            host.runScript(
                """
                find /var/lib/reconcile/checkouts ! -user root -o -name '.*' -o -type p -o -type s \
                  -o -type c -o -type b -o ! -type l -perm /6022 -o -type f -links +1\
                """))
        .isEmpty();
    assertThat(host.runScript("find / -xdev -name '*pwned*'")).isEmpty();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.push(tree.with("src/evil/probe.py", PROBE));
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  @Test
  void reachesNothing() {
    List<String> said = operator.page("evil").lines().toList();
    assertThat(said).contains("environment tells nothing").hasSizeGreaterThan(40);
    assertThat(said).as("what it could do").noneMatch(line -> line.startsWith("DONE"));
    assertThat(said).anyMatch(line -> line.matches("trees [0-9a-f]{40}\\.[0-9a-f]{12}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "os.symlink('/etc/passwd', 'out') | out is a symbolic link that leads outside",
        "os.mkdir('d'); os.symlink('../d/../../x', 'd/l') | d/l is a symbolic link that leads"
            + " outside",
        "os.mkfifo('pipe') | pipe is a pipe",
        "os.truncate(os.open('s', os.O_CREAT + os.O_WRONLY), 100 << 30) | more than 8589934592"
            + " bytes",
        "[os.mkdir(str(i)) or [open(f'{i}/{j}', 'w').close() for j in range(999)] for i in"
            + " range(202)] | more than 200000 files",
      })
  void whatCannotBeKeptIsRefused(String act, String words) {
    assertRefused(act, words);
  }

  @Thorough
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "os.symlink('../../../state.json', 'up') | up is a symbolic link that leads outside",
        "os.symlink(os.environ['VIRTUAL_ENV'] + '/../x', 'v') | v is a symbolic link that leads"
            + " outside",
        "import socket; socket.socket(socket.AF_UNIX).bind('socket') | socket is a pipe, a socket",
        "[os.mkdir('d') or os.chdir('d') for _ in range(2500)] | nested more than",
      })
  void whatElseCannotBeKeptIsRefused(String act, String words) {
    assertRefused(act, words);
  }

  private static void assertRefused(String act, String words) {
    Result result = succeed(3, build(act));
    assertThat(result.stdout() + result.stderr()).contains("Build result rejected", words);
    assertThat(operator.page("evil")).as("the one before").contains("environment tells nothing");
  }

  @Test
  void whatRemainsIsPlain() {
    Result result =
        build(
            """
            import subprocess
            os.mkdir("d", 0o700)
            open("d/one", "w").write("one")
            os.link("d/one", "d/two")
            os.chmod("d/one", 0o777)
            os.symlink("one", "d/link")
            os.symlink(os.getcwd() + "/d", "inside")
            os.symlink(os.environ["VIRTUAL_ENV"] + "/bin/gunicorn", "tool")
            try:
                os.setxattr("d/one", "user.note", b"x")
            except OSError:
                pass
            open(b"d/a\\nb\\xff \\x1b[31m*", "w").write("odd")
            open("said.txt", "w").write("plain\\n")
            """);
    succeed(0, result);
    String at = Layout.of("evil").directory();
    assertThat(host.run("stat", "-c", "%U %G %a %h", at + "/d/one", at + "/d/two"))
        .isEqualTo("root root 755 1\nroot root 755 1\n");
    assertThat(host.run("stat", "-L", "-c", "%U %a", at + "/d", at + "/inside", at + "/tool"))
        .isEqualTo("root 755\nroot 755\nroot 755\n");
    assertThat(
            host.run(
                "python3",
                "-c",
                """
                import os, sys
                at = os.fsencode(sys.argv[1]) + b"/d/"
                print(os.listxattr(at + b"one"), open(at + b"a\\nb\\xff \\x1b[31m*").read())
                """,
                at))
        .isEqualTo("[] odd\n");
  }

  // its user has no right to the build, but was handed what it had open
  @Thorough
  @Test
  void accompliceThatHoldsTheTreeOpenChangesNothing() {
    Accomplice.start(host, Layout.of("evil").user());
    Result result =
        build(
            """
            import array, socket
            os.mkdir("lib")
            open("said.txt", "w").write("handed over\\n")
            open("lib/given", "w").write("good")
            os.chmod("lib", 0o777)
            file, folder = os.open("lib/given", os.O_RDWR), os.open("lib", os.O_RDONLY)
            to = socket.socket(socket.AF_UNIX)
            to.connect("\\0accomplice")
            to.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file, folder]))])
            """);
    Accomplice.changesNothing(host, result, Layout.of("evil").directory() + "/lib/given");
  }
}
