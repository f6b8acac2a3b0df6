// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The same job on two hosts, for a decent caller and for the worst of all: what comes of it is the
 * same, to the mode of each file and the variables of each process.
 */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CallerIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** {@code java -jar}: Java itself does not start in a folder that has gone, and reads its own. */
  private static final List<String> PLAIN_JAVA =
      List.of("umask", "signals", "limits", "nice", "environment", "fds");

  /** What a run starts is asked what it got; the hook stands for all programs. */
  private static final String SPY =
      """
      #!/usr/bin/python3 -I
      import os, resource
      from pathlib import Path
      status = Path("/proc/self/status").read_text().splitlines()
      said = [f"{name}={value}" for name, value in sorted(os.environ.items())]
      said += [line for line in status if line.split(":")[0] in ("Umask", "SigBlk")]
      said += [os.getcwd(), "descriptors " + " ".join(sorted(os.listdir("/proc/self/fd"), key=int))]
      said += ["terminal " + Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[4]]
      ignored = next(line.split()[1] for line in status if line.startswith("SigIgn"))
      said += ["ignored %x" % (int(ignored, 16) & 0x7FFFFFFF & ~0x1001000)]  # python: PIPE, XFSZ
      for limit in ("FSIZE", "NPROC", "STACK"):
          said += [f"{limit} {resource.getrlimit(getattr(resource, 'RLIMIT_' + limit))[0]}"]
      Path("/var/tmp/spied").write_text("\\n".join(said) + "\\n")
      """;

  private static final String APPS =
      """
      source: {folder: src/shop}
      env: {GREETING: "günaydın"}
      secrets: {SECRET: /etc/secrets/shop}
      site: {server_name: shop.test, static: {/static/: /usr/share/nginx/shop/static/}}
      """;

  private static final String OTHER =
      """
      source: {folder: src/plain}
      directory: /srv/www/kiosk/live
      user: kiosk
      group: kiosk
      venv: {directory: /srv/envs/kiosk/env}
      gunicorn: {bind: port}
      site: {server_name: kiosk.test}
      """;

  private static final String HOST =
      """
      version: 1
      packages: [tree]
      files:
        /etc/kiosk.d/deep/own.conf: {content: "x"}
      units:
        tidy.service: {content: "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=a.target\\n", enabled: true}
      """;

  /** Owner, mode, target and content of all that a run makes. */
  private static final String TREE =
      """
      cd /
      find etc opt/py_envs srv/www srv/envs usr/share/nginx usr/bin/tree var/lib/reconcile \
        var/log/gunicorn run/reconcile.lock "$@" -xdev \
        \\( -name __pycache__ -o -path '*.git/*' -o -path 'var/lib/reconcile/backup/*' \
          -o -path etc/ssh -o -path etc/ssl -o -name machine-id -o -path 'etc/*-' -o -path etc/hosts \\) -prune \
        -o -printf '%M %u:%g %p %l\\n' -type f ! -name '*.log' ! -name '*.json' ! -name '*.lock' \
        ! -name unchanged -exec sha256sum {} \\; | LC_ALL=C sort -u
      sed 's/"revision" : "[0-9a-f]*"//' var/lib/reconcile/state.json
      find var/lib/reconcile/repo.git -xdev -printf '%M %u:%g\\n' | LC_ALL=C sort -u
      """;

  private static Operator decent;
  private static Operator beset;
  private static HostileCaller caller;

  @BeforeAll
  static void boot() {
    decent = Operator.boot();
    beset = Operator.boot();
    caller = HostileCaller.on(beset.host());
    HostileCaller.on(decent.host());
    for (Operator operator : List.of(decent, beset)) {
      TestHost host = operator.host();
      host.run("useradd", "--system", "--user-group", "kiosk");
      host.run("useradd", "-m", "ann");
      host.write("/etc/secrets/shop", "not-for-mallory\n", "0600");
      host.write("/usr/local/sbin/spy", SPY, "0755");
      host.write("/etc/reconcile/config.yaml", "on-change: /usr/local/sbin/spy\n", "0644");
      operator.push(tree("one"));
    }
  }

  @AfterAll
  static void close() {
    decent.close();
    beset.close();
  }

  private static DesiredTree tree(String version) {
    return DesiredTree.bare()
        .with("reconcile.yaml", HOST)
        .with("src/shop/main.py", DesiredTree.bare().files().get("src/plain/main.py"))
        .with("src/shop/requirements.txt", "click\n")
        .with("src/shop/static/été/ığdır.css", "body {}\n")
        .with("src/shop/version", version)
        .with("apps/shop.yaml", APPS)
        .with("apps/kiosk.yaml", OTHER);
  }

  private static String[] reconcile(Operator operator, String program, String... options) {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of(options));
    words.addAll(List.of("--repo", operator.repo()));
    return words.toArray(String[]::new);
  }

  private static Result hostile(List<String> parts, String program, String... options) {
    return beset.host().exec(LIMIT, caller.command(parts, reconcile(beset, program, options)));
  }

  private static String plainly(String program, String... options) {
    return succeed(0, decent.host().exec(LIMIT, reconcile(decent, program, options))).stdout();
  }

  @Test
  @Order(1)
  void planIsTheSameByteForByte() {
    String plan = plainly("/usr/bin/reconcile", "plan");
    List<String> allButClosed = new ArrayList<>(HostileCaller.PARTS);
    allButClosed.remove("closed");

    Result launched = succeed(0, hostile(allButClosed, "/usr/bin/reconcile", "plan"));
    Result java = succeed(0, hostile(PLAIN_JAVA, "/usr/local/bin/reconcile", "plan"));

    assertThat(plan).contains("günaydın");
    assertThat(launched.stdout()).isEqualTo(plan);
    assertThat(java.stdout()).isEqualTo(plan);
    assertThat(launched.stderr() + java.stderr()).doesNotContain("WARNING", "Picked up", "<5>");
  }

  @Test
  @Order(2)
  void hostIsTheSameToTheModeOfEachFile() {
    plainly("/usr/bin/reconcile", "apply");
    succeed(0, hostile(PLAIN_JAVA, "/usr/local/bin/reconcile", "apply"));
    assertThat(differences(tree(decent), tree(beset))).isEmpty();
    assertThat(spied(beset)).isEqualTo(spied(decent));
    assertThat(variables(beset)).isEqualTo(variables(decent));

    decent.push(tree("two"));
    beset.push(tree("two"));
    plainly("/usr/bin/reconcile", "apply");
    succeed(0, hostile(HostileCaller.PARTS, "/usr/bin/reconcile", "apply"));
    assertThat(differences(tree(decent), tree(beset))).isEmpty();
    assertThat(tree(beset)).anyMatch(line -> line.contains("/été/ığdır.css"));
    assertThat(spied(beset)).isEqualTo(spied(decent));
    assertThat(variables(beset)).isEqualTo(variables(decent)).contains("GREETING=günaydın");
    assertThat(caller.trapped()).isEmpty();
  }

  @Test
  @Order(3)
  void programsGetFewVariablesAndNothingElse() {
    assertThat(spied(decent))
        .contains("\n/\n", "descriptors 0 1 2 3\n", "terminal 0\n", "ignored 0\n")
        .contains("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n")
        .contains("Umask:\t0022\n", "SigBlk:\t0000000000000000\n", "FSIZE -1\n")
        .doesNotContain("mallory", "JAVA", "nowhere");
  }

  /**
   * Each alone, because one may hide another; as a user, who has no rights to lift a limit with.
   */
  @Test
  @Order(4)
  void treeIsTheSameForAUserInEachSingleWay() {
    TestHost host = beset.host();
    String plain = treeOf("plain", "/usr/bin/reconcile", List.of());
    assertThat(plain).contains("/été/ığdır.css", "etc/systemd/system");
    for (String program : List.of("/usr/bin/reconcile", "/usr/local/bin/reconcile")) {
      for (String part : HostileCaller.PARTS) {
        boolean launched = program.equals("/usr/bin/reconcile");
        if (!launched && List.of("cwd", "java").contains(part)) {
          continue;
        }
        assertThat(treeOf(part, program, List.of(part))).as(program + " " + part).isEqualTo(plain);
      }
    }
    assertThat(treeOf("C", "/usr/local/bin/reconcile", List.of(), "LC_ALL=C")).isEqualTo(plain);
    assertThat(host.runScript("find /home/ann -user root")).isEmpty();
  }

  private static String treeOf(
      String name, String program, List<String> parts, String... variables) {
    String root = "/home/ann/" + name;
    List<String> words = new ArrayList<>(List.of("runuser", "-u", "ann", "--"));
    words.addAll(
        List.of(
            caller.command(
                parts,
                "/usr/bin/env",
                variables.length == 0 ? "NOTHING=" : variables[0],
                program,
                "-q",
                "--config",
                "/dev/null",
                "--repo",
                beset.repo(),
                "--root",
                root)));
    succeed(0, beset.host().exec(LIMIT, words.toArray(String[]::new)));
    return beset
        .host()
        .runScript(
            """
            cd %s
            find . -path './var/lib/reconcile/backup/*' -prune -o \
              -path './var/lib/reconcile/repo.git/*' -prune -o \
              -printf '%%M %%u:%%g %%p %%l\\n' \
              -type f ! -name last-run.json ! -name unchanged ! -name reconcile.lock \
              -exec sha256sum {} \\; | LC_ALL=C sort
            cd /
            rm -rf %s
            """
                .formatted(root, root));
  }

  /** A run by hand, on a terminal where nobody types. */
  @Test
  @Order(5)
  void nothingAsksOnATerminal() {
    TestHost host = beset.host();
    host.runScript(
        """
        install -d -m 700 /root/.ssh
        printf 'Host behind\\n  HostName localhost\\n  ProxyJump localhost\\n' >/root/.ssh/config
        """);
    for (String server : List.of("git@localhost", "git@behind")) {
      String said =
          host.runScript(
              """
              sleep 40 | timeout 30 script -qec 'DISPLAY=:0 SSH_ASKPASS=/home/mallory/bin/ask \
                SSH_ASKPASS_REQUIRE=force reconcile plan --config /dev/null \
                --repo %s:/srv/git/desired.git; echo "ended with $?"' /dev/null
              """
                  .formatted(server));
      assertThat(said).contains("ended with 69").doesNotContain("(yes/no", "assword:");
    }
    assertThat(caller.trapped()).isEmpty();
    assertThat(host.runScript("test ! -e /root/.ssh/known_hosts && echo none")).isEqualTo("none\n");
  }

  private static List<String> tree(Operator operator) {
    return operator.host().run("sh", "-ec", TREE, "sh").lines().toList();
  }

  private static String spied(Operator operator) {
    return operator.host().read("/var/tmp/spied");
  }

  /** The variables of the apps' processes, but for those that are new with each start. */
  private static String variables(Operator operator) {
    StringBuilder all = new StringBuilder();
    for (String app : List.of("shop", "kiosk")) {
      String pid =
          operator
              .host()
              .run(
                  "systemctl",
                  "show",
                  "--property=MainPID",
                  "--value",
                  "gunicorn@" + app + ".service")
              .strip();
      operator
          .host()
          .runScript("tr '\\0' '\\n' </proc/" + pid + "/environ | sort")
          .lines()
          .filter(
              line -> !line.matches("(INVOCATION_ID|JOURNAL_STREAM|[A-Z_]*PID|NOTIFY_SOCKET)=.*"))
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString();
  }
}
