// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands that complete an app's code: what they get, when they run, and what is live when. */
class BuildStepsIT {
  private static final String DIRECTORY = "/usr/share/nginx/shop";

  /** Tells what the build steps left in its tree. */
  private static final String MAIN =
      """
      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          with open("out/said.txt", "rb") as file:
              return [file.read()]
      """;

  private static final String APP =
      """
      source: {folder: src/shop}
      venv: {python: %s}
      site: {server_name: shop.test, static: {/out/: %s/out/}}
      """
          .formatted(Stage.QUICK_PYTHON, DIRECTORY);

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.write("/etc/reconcile/secrets/shop/KEY", "sekret-4711\n", "0644");
    operator.converge(tree("0", "build: python build.py"));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  /** The app, with a build step whose every run has another result. */
  private static DesiredTree tree(String version, String more) {
    String build =
        """
        import os, sys, uuid
        os.makedirs("out", exist_ok=True)
        with open("out/said.txt", "a") as file:
            file.write(f"{uuid.uuid4()} %s {' '.join(sys.argv[1:])}\\n")
        """
            .formatted(version);
    return DesiredTree.of("quiet")
        .plain("quiet", Stage.QUICK)
        .with("src/shop/main.py", MAIN)
        .with("src/shop/build.py", build)
        .with("apps/shop.yaml", APP + more + "\n");
  }

  /** All that is kept is root's, and nothing of a build is left. */
  @AfterEach
  void nothingIsLeftOfABuild() {
    assertThat(host.sh("pgrep -u reconcile-build1,reconcile-build2").stdout()).isEmpty();
    assertThat(host.run("find", "/var/lib/reconcile/builds", "-mindepth", "1")).isEmpty();
    assertThat(host.runScript("find /var/lib/reconcile/checkouts ! -user root -o -name '.*'"))
        .isEmpty();
    assertThat(
            host.runScript(
                """
                find /var/lib/reconcile/checkouts -type p -o -type s -o -type c -o -type b \
                  -o ! -type l -perm /6022 -o -type f -links +1\
                """))
        .isEmpty();
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
  }

  private static String said(Result result) {
    return result.stdout() + result.stderr();
  }

  private static String live() {
    return host.run("readlink", DIRECTORY).strip();
  }

  @Test
  void stepsRunInOrderWithTheirVariablesAndNoShell() {
    String steps =
        """
        secrets: {KEY: /etc/reconcile/secrets/shop/KEY}
        env: {GREETING: from $HOME, MODE: live}
        build:
          run:
            - python build.py "$HOME ${HOME} %i" 'a  b' '*' $$
            - {run: "python tell.py", timeout: 1m}
          env: {MODE: build}
        """;
    String tell =
        """
        import getpass, os, sys
        with open("out/said.txt", "a") as file:
            for name in ["GREETING", "MODE", "KEY", "VIRTUAL_ENV", "HOME"]:
                print(name, os.environ.get(name, "-"), file=file)
            print("user", getpass.getuser(), file=file)
            print("python", sys.prefix == os.environ["VIRTUAL_ENV"], file=file)
            print("at", os.path.exists(os.environ["HOME"]), os.getcwd(), file=file)
            print("seen", os.path.samefile(".", "/usr/share/nginx/shop"), file=file)
            print("path", os.environ["PATH"].startswith(sys.prefix + "/bin:"), file=file)
        """;
    operator.converge(tree("1", steps).with("src/shop/tell.py", tell));
    List<String> said = operator.page("shop").lines().toList();
    assertThat(said.getFirst()).endsWith(" 1 $HOME ${HOME} %i a  b * $$");
    assertThat(said)
        .contains(
            "GREETING from $HOME",
            "MODE build",
            "KEY -",
            "HOME /var/lib/reconcile/build/home",
            "python True",
            "path True",
            "seen True",
            "at True " + live())
        .anyMatch(line -> line.startsWith("user reconcile-build"))
        .anyMatch(line -> line.startsWith("VIRTUAL_ENV /var/lib/reconcile/venvs/shop/"));
    operator.assertConverged();
  }

  @Thorough
  @Test
  void equalInputsAreNotBuiltAgainAndEachResultStaysWithItsRevision() {
    operator.converge(tree("1", "build: python build.py"));
    String one = operator.page("shop");
    String tree = live();
    assertThat(tree).matches(".*/[0-9a-f]{40}\\.[0-9a-f]{12}");

    operator.converge(tree("1", "build: {run: python build.py, timeout: 7m}"));
    assertThat(live()).as("a time limit changes no result").isEqualTo(tree);
    operator.converge(tree("1", "build: python build.py again"));
    assertThat(operator.page("shop")).isNotEqualTo(one).contains(" again");
    String again = operator.page("shop");
    operator.converge(tree("1", "build: python build.py again\nenv: {A: b}"));
    assertThat(operator.page("shop")).as("a variable may change it").isNotEqualTo(again);

    operator.converge(tree("1", "build: python build.py"));
    assertThat(operator.page("shop")).as("kept, not built again").isEqualTo(one);

    operator.converge(tree("2", "build: python build.py"));
    assertThat(operator.page("shop")).contains(" 2 ");
    succeed(0, host.exec(Duration.ofMinutes(2), "reconcile", "rollback", "shop"));
    assertThat(operator.page("shop")).isEqualTo(one);
    assertThat(live()).isEqualTo(tree);
    Result status = host.exec("reconcile", "status", "--json");
    assertThat(status.stdout()).doesNotContain(tree.substring(tree.lastIndexOf('.')));
    succeed(0, operator.apply("--only", "shop"));
    assertThat(operator.page("shop")).contains(" 2 ");
  }

  @Test
  void planSaysWhatWillRunAndRunsNothing() {
    operator.push(tree("planned", "build: [python build.py, sh -c 'exit 3']"));
    Result plan = succeed(2, operator.plan("--detailed-exitcode"));
    assertThat(plan.stdout())
        .contains("+build step: python build.py", "+build step: sh -c 'exit 3'");
    operator.converge(tree("0", "build: python build.py"));
  }

  @Test
  void failureTouchesNothingThatRuns() {
    operator.converge(tree("3", "build: python build.py"));
    String page = operator.page("shop");
    String tree = live();
    List<Integer> workers = host.workers("shop");

    String failing = "build: [python build.py, sh -c 'echo one; echo $KEY missing >&2; exit 3']\n";
    operator.push(tree("4", failing + "secrets: {KEY: /etc/reconcile/secrets/shop/KEY}"));
    Result failed = succeed(3, operator.apply());
    assertThat(failed.stdout() + failed.stderr())
        .contains(
            "Build step failed",
            "shop: sh -c '",
            "said:\n",
            "one\n",
            "missing",
            "The next run tries again")
        .doesNotContain("4711");
    assertThat(operator.page("shop")).isEqualTo(page);
    assertThat(live()).isEqualTo(tree);
    assertThat(host.workers("shop")).isEqualTo(workers);
    operator.push(tree("5", "build: {run: sleep 99, timeout: 1s}"));
    assertThat(said(succeed(3, operator.apply()))).contains("sleep 99 did not end within 1.0");
    operator.push(tree("5", "build: no-such-program --now"));
    assertThat(said(succeed(3, operator.apply())))
        .contains("no-such-program", "packages in reconcile.yaml");
    operator.converge(tree("6", "build: python build.py"));
    assertThat(operator.page("shop")).contains(" 6 ");
  }

  @Thorough
  @Test
  void missingSecretIsNamedWithTheKeyForASubstitute() {
    String keys =
        """
        secrets: {KEY: /etc/reconcile/secrets/shop/KEY}
        build: python -c 'import os; os.environ["KEY"]'\
        """;
    operator.push(tree("7", keys));
    assertThat(said(succeed(3, operator.apply())))
        .contains("KeyError: 'KEY'", "A build gets no secrets", "build.env");
    operator.converge(tree("0", "build: python build.py"));
  }

  @Test
  void openPagesGetTheFilesOfTheRevisionBefore() {
    String make = "build: sh -c 'mkdir -p out/d; echo x >out/said.txt; echo %s >out/d/%s.css'";
    operator.converge(tree("a", make.formatted("one", "one")));
    operator.converge(tree("b", make.formatted("two", "two")));
    assertThat(operator.page("shop", "/out/d/two.css")).isEqualTo("two\n");
    assertThat(operator.page("shop", "/out/d/one.css"))
        .as("of the revision before")
        .isEqualTo("one\n");
    assertThat(operator.page("shop", "/out/d/%6fne.css")).isEqualTo("one\n");
    for (String path : List.of("/out/d/none.css", "/out/d/", "/out/said.txt/")) {
      assertThat(code(path)).as(path).isIn("403", "404", "400");
    }
    operator.assertConverged();

    operator.push(tree("c", "build: sh -c 'exit 1'"));
    succeed(3, operator.apply());
    assertThat(operator.page("shop", "/out/d/one.css")).as("no deployment").isEqualTo("one\n");
    operator.converge(tree("d", make.formatted("three", "three")));
    assertThat(operator.page("shop", "/out/d/two.css")).isEqualTo("two\n");
    assertThat(code("/out/d/one.css")).as("until the next deployment").isEqualTo("404");

    operator.converge(tree("e", "").with("src/shop/out/said.txt", "plain\n"));
    assertThat(operator.page("shop")).as("without build").isEqualTo("plain\n");
    assertThat(live()).matches(".*/[0-9a-f]{40}");
    assertThat(host.sh("ls /var/lib/reconcile/earlier").stdout()).isEmpty();
    operator.assertConverged();
  }

  private static String code(String path) {
    return host.run(
        "curl",
        "-so",
        "/dev/null",
        "--path-as-is",
        "-w",
        "%{http_code}",
        "-H",
        "Host: shop.test",
        "http://localhost" + path);
  }

  @Thorough
  @Test
  void editedTreeIsBuiltAgain() {
    operator.converge(tree("f", "build: python build.py"));
    String page = operator.page("shop");
    host.runScript("sleep 3; echo edited >%s/out/said.txt".formatted(live()));
    host.run("systemctl", "stop", "gunicorn@shop.service");
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).contains(" f ").isNotEqualTo(page).doesNotContain("edited");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void killedBuildIsMadeAgain() {
    operator.push(tree("g", "build: [python build.py, sleep 654]"));
    host.runScript(
        "reconcile --repo %s >/dev/null 2>&1 & echo $! >/run/pid".formatted(operator.repo()));
    host.exec(
        Duration.ofSeconds(60),
        "sh",
        "-c",
        "for _ in $(seq 500); do pgrep -f '^sleep 654' && break; sleep 0.1; done");
    host.runScript("kill -9 $(cat /run/pid); sleep 0.5");
    operator.converge(tree("h", "build: python build.py"));
    assertThat(operator.page("shop").lines()).singleElement().asString().contains(" h ");
    operator.assertConverged();
  }

  @Test
  void lastRemovalLeavesNothing() {
    operator.push(tree("0", "").withoutApp("shop"));
    succeed(0, operator.apply("--max-prune", "20"));
    assertThat(host.sh("ls -d /var/lib/reconcile/earlier/*").stdout()).isEmpty();
    operator.converge(tree("0", "build: python build.py"));
  }
}
