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
import org.junit.jupiter.api.Test;

/**
 * {@code reconcile run APP -- COMMAND}: a command runs as the app, with nothing more and nothing
 * less.
 */
class RunInAppIT {
  private static final String SECRET = "pr1v4te of the shop";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.write("/etc/shop/token", SECRET + "\n", "0600");
    operator.converge(tree("hello"));
  }

  private static DesiredTree tree(String greeting) {
    return DesiredTree.of("quiet")
        .with(
            "src/shop/main.py",
            DesiredTree.bare().files().get("src/plain/main.py") + "# " + greeting)
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            site: {server_name: shop.test}
            env: {GREETING: %s}
            secrets: {TOKEN: /etc/shop/token}
            %s\
            """
                .formatted(greeting, Stage.QUICK));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
    assertThat(
            host.runScript(
                """
                ls -d /run/systemd/system/reconcile-* /run/reconcile-* 2>/dev/null || true
                """))
        .isEmpty();
  }

  private static Result in(String... words) {
    List<String> argv = new ArrayList<>(List.of("reconcile", "run", "shop", "--"));
    argv.addAll(List.of(words));
    return host.exec(Duration.ofMinutes(1), argv.toArray(String[]::new));
  }

  @Test
  void aCommandSeesAndMayDoWhatTheAppDoes() {
    String python =
        """
        import os, sys

        def can(path, mode="r"):
            try:
                open(path, mode).close()
                return True
            except OSError:
                return False

        print(os.environ["GREETING"], os.environ["TOKEN"])
        print(os.getcwd(), sys.prefix)
        print(can("/etc/shadow"), can("/etc/gunicorn/quiet.env"), can("/etc/shop/token"))
        print(can("/etc/passwd"), can("/etc/new", "w"), can("main.py", "w"), can("/tmp/mine", "w"))
        print(os.path.exists("/tmp/of-root"), os.getuid() == os.stat("/proc/self").st_uid)
        print("RECONCILE_REHEARSAL" in os.environ, sys.argv[1:])
        """;
    host.run("touch", "/tmp/of-root");
    Result result =
        succeed(0, in("python", "-c", python, "a b", "$HOME", "%n", "", "it's", "x\ny"));

    assertThat(result.stdout().lines().toList())
        .isEqualTo(
            List.of(
                "hello " + SECRET,
                host.run("readlink", "-f", "/usr/share/nginx/shop").strip()
                    + " "
                    + host.run("readlink", "-f", "/opt/py_envs/shop").strip(),
                "False False False",
                "True False False True",
                "False True",
                "False ['a b', '$HOME', '%n', '', \"it's\", 'x\\ny']"));
    assertThat(succeed(0, in("id", "-un")).stdout()).isEqualTo("www-data\n");
  }

  @Test
  void theExitCodeIsThatOfTheCommand() {
    assertThat(in("true").exitCode()).isZero();
    assertThat(in("false").exitCode()).isEqualTo(1);
    assertThat(in("sh", "-c", "exit 42").exitCode()).isEqualTo(42);
    assertThat(in("sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
    Result unknown = in("no-such-program");
    assertThat(unknown.exitCode()).isEqualTo(127);
    assertThat(unknown.stderr()).contains("no-such-program: not found");
  }

  @Test
  void mistakesAreNamed() {
    assertThat(succeed(64, host.exec("reconcile", "run")).stderr()).contains("No app named");
    assertThat(succeed(64, host.exec("reconcile", "run", "shp", "--", "true")).stderr())
        .contains("No such app", "Did you mean \"shop\"?");
    assertThat(
            host.exec(
                    "setpriv", "--reuid", "www-data", "--clear-groups", "reconcile", "run", "shop")
                .stderr())
        .contains("Root required");
  }

  @Test
  void inputAndOutputArePipes() {
    String script =
        """
        printf 'one\\ntwo\\n' | reconcile run shop -- sh -c 'cat; echo three >&2; [ ! -t 0 ]' \
          >/tmp/out 2>/tmp/err
        cat /tmp/out; echo --; cat /tmp/err; echo --
        echo 'echo from a shell' | reconcile run shop | cat
        head -c 300000 /dev/zero | reconcile run shop -- wc -c
        """;
    assertThat(host.runScript(script)).isEqualTo("one\ntwo\n--\nthree\n--\nfrom a shell\n300000\n");
  }

  @Test
  void aShellOnATerminalHasATerminalOfItsOwn() {
    String python =
        """
        import os, pty, select, sys, time

        pid, master = pty.fork()
        if pid == 0:
            os.execvp("reconcile", ["reconcile", "run", "shop"])
        seen = ""

        def until(text):
            global seen
            limit = time.time() + 40
            while text not in seen and time.time() < limit:
                if select.select([master], [], [], 0.2)[0]:
                    try:
                        seen += os.read(master, 4096).decode()
                    except OSError:
                        break
            if text not in seen:
                sys.exit("no " + text + " in " + seen)

        until("$ ")
        os.write(master, b"tty; id -un; echo done-$((40+2))\\n")
        until("done-42")
        os.write(master, b"sleep 100; echo code-$?\\n")
        time.sleep(1)
        os.write(master, b"\\x03")
        time.sleep(1)
        os.write(master, b"echo code-$((100+30))\\n")
        until("code-130")
        os.write(master, b"exit 7\\n")
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(code, os.ttyname(os.openpty()[1]))
        print(seen)
        """;
    String seen = host.run("python3", "-c", python);
    assertThat(seen).startsWith("7 ").contains("www-data", "/dev/pts/");
  }

  @Thorough
  @Test
  void aTerminalOfTheCallerIsNeverPassedOn() {
    String python =
        """
        import os, pty, sys

        read, write = os.pipe()
        pid, master = pty.fork()
        if pid == 0:
            os.dup2(write, 1)
            os.execvp("reconcile", ["reconcile", "run", "shop", "--", "sh", "-c",
                                    "ls -l /proc/self/fd | sed 's/.*-> //'; echo err >&2"])
        os.close(write)
        print(open(read).read())
        os.waitpid(pid, 0)
        print(os.read(master, 100).decode())
        """;
    assertThat(host.run("python3", "-c", python)).doesNotContain("/dev/pts").contains("err");
  }

  @Test
  void signalsReachTheCommand() {
    for (String signal : List.of("TERM", "INT", "HUP", "USR1")) {
      String script =
          """
          rm -f /tmp/code /tmp/got
          (reconcile run shop -- sh -c 'trap "echo got %1$s; exit 9" %1$s
            echo ready; while :; do sleep 0.1; done' >/tmp/got; echo $? >/tmp/code) </dev/null &
          until grep -q ready /tmp/got 2>/dev/null; do sleep 0.1; done
          pkill --signal %1$s --full --oldest 'session[.]sh UNIT'
          until [ -s /tmp/code ]; do sleep 0.1; done
          cat /tmp/got /tmp/code
          """
              .formatted(signal);
      assertThat(host.exec(Duration.ofSeconds(60), "bash", "-c", script).stdout())
          .as(signal)
          .isEqualTo("ready\ngot %s\n9\n".formatted(signal));
    }
  }

  @Thorough
  @Test
  void theRevisionIsKeptWhileACommandRunsInIt() {
    String before = host.run("readlink", "-f", "/usr/share/nginx/shop").strip();
    host.runScript(
        """
        rm -f /tmp/kept /tmp/code; mkfifo /tmp/kept
        (reconcile run shop -- sh -c 'cat; cat main.py | tail -n 1; pwd' </tmp/kept >/tmp/out
          echo $? >/tmp/code) >/dev/null 2>&1 &
        exec 4>/tmp/kept
        until ls -d /run/systemd/system/reconcile-run-shop.*.d >/dev/null 2>&1; do sleep 0.1; done
        sleep 2
        (sleep 60) <&4 >/dev/null 2>&1 & echo $! >/tmp/holder
        """);
    // a tree is kept for a rollback, too
    for (String greeting : List.of("next", "last")) {
      operator.converge(tree(greeting));
      host.runScript("rm -r /var/lib/reconcile/backup/*");
    }
    operator.converge(tree("again"));
    assertThat(host.exec("test", "-d", before).exitCode()).isZero();
    host.runScript("kill $(cat /tmp/holder); until [ -s /tmp/code ]; do sleep 0.1; done");
    assertThat(host.read("/tmp/out")).contains("# hello", before);

    host.runScript("rm -r /var/lib/reconcile/backup/*");
    operator.converge(tree("one more"));
    assertThat(host.exec("test", "-d", before).exitCode()).as("after its end").isEqualTo(1);
    operator.converge(tree("hello"));
  }

  @Test
  void theJournalHasNothingOfTheCommandLine() {
    succeed(0, in("sh", "-c", ": plugh"));
    in("plugh");
    assertThat(host.runScript("journalctl --no-pager -o verbose")).doesNotContain("plugh");
  }
}
