// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is rehearsed is what will run: what an app's unit gives it, by whomever and from wherever,
 * the standby instance has, too, and nothing of it reaches the one that serves.
 */
class SandboxIT {
  private static final String DROP_IN = "/etc/systemd/system/gunicorn@shop.service.d/50.conf";

  private static Operator operator;
  private static TestHost host;

  private String pid;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript("useradd --create-home deploy");
    operator.converge(shop(value("'base'")));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void startFromBase() {
    operator.push(shop(value("'base'")));
    succeed(0, operator.apply("--max-prune", "9"));
    pid = mainPid();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(operator.left()).isEmpty();
    assertThat(
            host.runScript(
                """
                ls /run/systemd/system /run | grep bridge || true
                find /run/reconcile -mindepth 1
                """))
        .isEmpty();
  }

  private static String mainPid() {
    return host.run("systemctl", "show", "-P", "MainPID", "gunicorn@shop.service").strip();
  }

  /** Code whose page is the value of an expression. */
  private static String value(String expression) {
    return """
    import os

    VALUE = %s


    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [(VALUE + "\\n").encode()]
    """
        .formatted(expression);
  }

  private static DesiredTree shop(String code, String... more) {
    return DesiredTree.bare()
        .with("src/shop/main.py", code)
        .with(
            "apps/shop.yaml",
            "source: {folder: src/shop}\nsite: {server_name: shop.test}\nhealth: {timeout: 5s}\n"
                + "venv: {python: "
                + Stage.QUICK_PYTHON
                + "}\n"
                + String.join("\n", more));
  }

  private static DesiredTree withDropIn(DesiredTree tree, String service) {
    return tree.with(
        "reconcile.yaml",
        "version: 1\nfiles:\n  "
            + DROP_IN
            + ":\n    content: |\n      [Service]\n"
            + service.indent(6));
  }

  private static void deployed(DesiredTree tree, String page) {
    operator.converge(tree);
    assertThat(operator.page("shop")).isEqualTo(page + "\n");
    operator.assertConverged();
  }

  /** The app is as it was, and has not been stopped. */
  private String refused(int code, DesiredTree tree) {
    operator.push(tree);
    Result result = succeed(code, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("base\n");
    assertThat(mainPid()).as("it was not touched").isEqualTo(pid);
    return result.stdout();
  }

  @Test
  void dropInsOfTheRepoPassTheFirstDeployAndEveryLaterOne() {
    String service =
        """
        StateDirectory=shop-data
        BindPaths=/var/lib/shop-data:/usr/share/nginx/shop/instance
        RuntimeDirectory=shop-cache
        Environment=EXTRA=extra
        EnvironmentFile=/etc/shop.env
        """;
    String code =
        """
        import os

        open("instance/one", "a").write("x")
        open("/usr/share/nginx/shop/instance/two", "a").write("x")
        open("/run/shop-cache/three", "w").write("x")
        VALUE = os.environ["EXTRA"] + os.environ["MORE"] + os.environ["HOME"]


        def app(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [("1 " + VALUE + "\\n").encode()]
        """;
    DesiredTree tree =
        withDropIn(shop(code).with("src/shop/instance/.keep", ""), service)
            .with("src/shop/instance/.keep", "");
    String yaml =
        tree.files().get("reconcile.yaml") + "  /etc/shop.env: {content: \"MORE=m\\n\"}\n";
    DesiredTree whole = tree.with("reconcile.yaml", yaml);
    deployed(whole, "1 extram/run/gunicorn-shop");
    deployed(
        whole.with("src/shop/main.py", code.replace("\"1 \"", "\"2 \"")),
        "2 extram/run/gunicorn-shop");
    assertThat(host.run("stat", "-c", "%U", "/var/lib/shop-data/one", "/run/shop-cache/three"))
        .as("what the instance that serves has in /run is there when the other one has gone")
        .isEqualTo("www-data\nwww-data\n");

    // the same when nothing is there yet
    operator.push(DesiredTree.bare().plain("quiet", ""));
    succeed(0, operator.apply("--max-prune", "9"));
    host.runScript("rm -rf /var/lib/shop-data");
    deployed(whole, "1 extram/run/gunicorn-shop");
  }

  @Test
  void whatSomebodyAddedByHandCounts() {
    host.write(
        "/etc/systemd/system/gunicorn@.service.d/10.conf", "[Service]\nEnvironment=A=a\n", "0644");
    host.write(
        "/run/systemd/system/gunicorn@shop.service.d/20.conf",
        "[Service]\nEnvironment=B=b\n",
        "0644");
    host.write("/usr/lib/systemd/system/service.d/30.conf", "[Service]\nEnvironment=C=c\n", "0644");
    try {
      deployed(shop(value("''.join(os.environ[n] for n in 'ABC')")), "abc");
    } finally {
      host.runScript(
          """
          rm -r /etc/systemd/system/gunicorn@.service.d /run/systemd/system/gunicorn@shop.service.d \\
            /usr/lib/systemd/system/service.d
          systemctl daemon-reload
          """);
    }
  }

  @Thorough
  @Test
  void hardeningByHandIsTriedToo() {
    host.write(
        "/etc/systemd/system/gunicorn@shop.service.d/hand.conf",
        "[Service]\nInaccessiblePaths=/srv/closed\n",
        "0644");
    host.write("/srv/closed/file", "x", "0644");
    try {
      assertThat(refused(3, shop(value("open('/srv/closed/file').read()"))))
          .contains("App start failed", "Permission");
    } finally {
      host.runScript("rm -r /etc/systemd/system/gunicorn@shop.service.d; systemctl daemon-reload");
    }
  }

  @Thorough
  @Test
  void pathsOfModulesMeanTheSameEverywhere() {
    DesiredTree option =
        shop("import lib\n" + value("lib.WHERE"), "gunicorn: {options: {pythonpath: src}}")
            .with("src/shop/src/lib.py", "WHERE = 'one'\n");
    deployed(option, "one");
    deployed(option.with("src/shop/src/lib.py", "WHERE = 'two'\n"), "two");

    DesiredTree file =
        shop("import lib\n" + value("lib.WHERE"))
            .with("src/shop/gunicorn.conf.py", "pythonpath = 'src'\n")
            .with("src/shop/src/lib.py", "WHERE = 'three'\n");
    deployed(file, "three");
    deployed(file.with("src/shop/src/lib.py", "WHERE = 'four'\n"), "four");

    DesiredTree variable =
        shop("import lib\n" + value("lib.WHERE"), "env: {PYTHONPATH: /usr/share/nginx/shop/src}")
            .with("src/shop/src/lib.py", "WHERE = 'five'\n");
    deployed(variable, "five");
    deployed(variable.with("src/shop/src/lib.py", "WHERE = 'six'\n"), "six");
    host.run("systemctl", "stop", "gunicorn@shop.service");
    operator.push(variable.with("src/shop/src/lib.py", "WHERE = 'seven'\n"));
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("seven\n");
  }

  @Thorough
  @Test
  void codeThatNamesItsLivePlaceSeesTheNewTree() {
    String code = value("open('/usr/share/nginx/shop/new').read() + os.getcwd().split('/')[-2]");
    deployed(shop(code).with("src/shop/new", "1 "), "1 shop");
    deployed(shop(code).with("src/shop/new", "2 "), "2 shop");
  }

  @Test
  void commandBeforeTheStartRunsInTheNewTreeAndItsFailureIsFoundBeforehand() {
    String service =
        "StateDirectory=shop-pre\nExecStartPre=/opt/py_envs/shop/bin/python"
            + " /usr/share/nginx/shop/pre.py\n";
    String code = value("open('/var/lib/shop-pre/made').read()");
    String pre = "open('/var/lib/shop-pre/made', 'w').write('%s')\n";
    deployed(withDropIn(shop(code).with("src/shop/pre.py", pre.formatted("one")), service), "one");
    deployed(withDropIn(shop(code).with("src/shop/pre.py", pre.formatted("two")), service), "two");

    operator.converge(shop(value("'base'")));
    pid = mainPid();
    assertThat(
            refused(
                3,
                withDropIn(
                    shop(code).with("src/shop/pre.py", "raise SystemExit('no migration')"),
                    service)))
        .contains("App start failed", "no migration");
  }

  @Thorough
  @Test
  void alarmsAndOtherUnitsAreNotReached() {
    host.write(
        "/etc/systemd/system/alarm.service",
        "[Service]\nType=oneshot\nExecStart=/usr/bin/touch /srv/alarm\n",
        "0644");
    host.write("/etc/systemd/system/service.d/a.conf", "[Unit]\nOnFailure=alarm.service\n", "0644");
    host.write("/etc/systemd/system/old.service", "[Service]\nExecStart=/bin/sleep 1000\n", "0644");
    host.runScript("systemctl daemon-reload; systemctl start old.service");
    host.write(
        "/etc/systemd/system/gunicorn@shop.service.d/hand.conf",
        """
        [Unit]
        Conflicts=old.service
        [Service]
        Restart=always
        RestartForceExitStatus=3
        ExecStopPost=/usr/bin/touch /srv/alarm
        PIDFile=/run/shop.pid
        """,
        "0644");
    host.runScript("systemctl daemon-reload; echo 1 >/run/shop.pid");
    try {
      assertThat(refused(3, shop("import nothing\n"))).contains("No module named 'nothing'");
      assertThat(
              host.runScript("systemctl is-active old.service; ls /srv/alarm /run/shop.pid || :"))
          .isEqualTo("active\n/run/shop.pid\n");
    } finally {
      host.runScript(
          """
          systemctl stop old.service
          rm -rf /etc/systemd/system/gunicorn@shop.service.d /etc/systemd/system/service.d \\
            /etc/systemd/system/old.service /etc/systemd/system/alarm.service /run/shop.pid
          systemctl daemon-reload
          """);
    }
  }

  @Thorough
  @Test
  void whatGunicornsOwnFileSaysIsNotSharedByBoth() {
    String conf =
        """
        import os
        pidfile = "/run/gunicorn-shop/own.pid"
        bind = "127.0.0.1:9999"
        def on_starting(server):
            name = "rehearsal" if os.environ.get("RECONCILE_REHEARSAL") else "live"
            open("/run/gunicorn-shop/" + name, "w") if name == "live" else None
        def on_exit(server):
            if not os.environ.get("RECONCILE_REHEARSAL"):
                os.unlink("/run/gunicorn-shop/live")
        """;
    DesiredTree tree = shop(value("'one'")).with("src/shop/gunicorn.conf.py", conf);
    deployed(tree, "one");
    deployed(tree.with("src/shop/main.py", value("'two'")), "two");
    assertThat(host.read("/run/gunicorn-shop/own.pid").strip()).isEqualTo(mainPid());
    host.run("test", "-e", "/run/gunicorn-shop/live");
  }

  @Test
  void standbyInstanceHasAllWorkers() {
    String conf =
        """
        import os
        def on_starting(server):
            name = "rehearsal" if os.environ.get("RECONCILE_REHEARSAL") else "live"
            print("starting", name, server.cfg.workers, flush=True)
        """;
    String workers = "gunicorn: {workers: 3}";
    DesiredTree tree = shop(value("'one'"), workers).with("src/shop/gunicorn.conf.py", conf);
    assertThat(starts(tree, "one"))
        .as("gunicorn starts twice, with all workers, because both serve")
        .containsExactly("starting rehearsal 3", "starting live 3");
    assertThat(host.workers("shop")).hasSize(3);
  }

  @Thorough
  @Test
  void hookThatCountsTheWorkersIsRehearsedWithAllOfThem() {
    String conf = "def post_fork(server, worker):\n    1 / (server.cfg.workers - 1)\n";
    DesiredTree tree = shop(value("'counted'"), "gunicorn: {workers: 3}");
    deployed(tree.with("src/shop/gunicorn.conf.py", conf), "counted");
  }

  private static List<String> starts(DesiredTree tree, String page) {
    String since = host.run("date", "+@%s.%N").strip();
    deployed(tree, page);
    return host.run("journalctl", "--no-pager", "--output=cat", "--since", since)
        .lines()
        .filter(line -> line.startsWith("starting "))
        .toList();
  }

  @Thorough
  @Test
  void sharedTemplateThatKeepsAnAppFromAnsweringIsNobodysFault() {
    String template =
        host.read("/etc/systemd/system/gunicorn@.service")
            .replace("PrivateTmp=yes", "PrivateTmp=yes\nInaccessiblePaths=/var/lib/reconcile");
    DesiredTree tree = shop(value("'new'")).with("templates/gunicorn@.service", template);
    assertThat(refused(1, tree))
        .contains("App broken by shared unit files", "reconcile changes nothing more")
        .doesNotContain("in quarantine");
    assertThat(host.read("/etc/systemd/system/gunicorn@.service"))
        .doesNotContain("InaccessiblePaths");

    // a good one goes live with the code of the same commit
    String good = template.replace("InaccessiblePaths=/var/lib/reconcile", "Nice=1");
    deployed(shop(value("'new'")).with("templates/gunicorn@.service", good), "new");
  }

  @Thorough
  @Test
  void folderOfTheInstanceThatServesIsNotGivenToAnotherUser() {
    String service = "StateDirectory=shop-own\n";
    String code = value("open('/var/lib/shop-own/log', 'a') and 'one'");
    deployed(withDropIn(shop(code), service), "one");
    DesiredTree other = withDropIn(shop(code, "user: deploy"), service);
    deployed(other, "one");
    assertThat(host.run("stat", "-c", "%U", "/var/lib/shop-own")).isEqualTo("deploy\n");
  }

  @Test
  void secretsAreNowhereToBeSeenMeanwhile() {
    host.write("/etc/reconcile/secrets/shop/KEY", "s3cr3t-v4lue", "0600");
    String look =
        """
        import subprocess
        SEEN = subprocess.run("cat /run/systemd/system/*bridge* /run/reconcile/*/* /proc/*/cmdline;"
            " systemctl show 'reconcile-bridge-*'", shell=True, capture_output=True, text=True).stdout
        """;
    deployed(
        shop(
            look
                + value("str('s3cr3t' in SEEN) + str('ExecStart' in SEEN) + os.environ['KEY'][:2]"),
            "secrets: {KEY: /etc/reconcile/secrets/shop/KEY}"),
        // the standby instance serves while this one starts, so its unit can be seen
        "FalseTrues3");
    assertThat(host.runScript("journalctl --no-pager -o export | grep -c s3cr3t-v4lue || true"))
        .isEqualTo("0\n");
  }

  @Test
  void whatAKilledRunHasLeftIsCleared() {
    // of this version and of the one before
    host.runScript(
        """
        systemd-run --quiet --unit=reconcile-bridge-shop.12345678 sleep 1000
        cat >/run/systemd/system/reconcile-bridge-shop.abcdef01.service <<'X'
        [Service]
        ExecStart=/bin/sleep 1000
        X
        systemctl start reconcile-bridge-shop.abcdef01
        python3 - <<'X'
        import json
        path = "/var/lib/reconcile/state.json"
        state = json.load(open(path))
        state["unfinished"] = {"20200101-000000Z-1": ["shop"]}
        state["activations"].pop("restart gunicorn@shop.service")
        json.dump(state, open(path, "w"))
        X
        """);
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("base\n");
  }

  @Thorough
  @Test
  void healthOfADeadInstanceIsNotWaitedFor() {
    long began = System.nanoTime();
    assertThat(
            refused(
                3, shop("import nothing\n", "").with("apps/shop.yaml", patient("import nothing"))))
        .contains("No module named 'nothing'");
    assertThat((System.nanoTime() - began) / 1_000_000_000L).isLessThan(60);
  }

  private static String patient(String code) {
    return shop(code).files().get("apps/shop.yaml").replace("timeout: 5s", "timeout: 2m");
  }
}
