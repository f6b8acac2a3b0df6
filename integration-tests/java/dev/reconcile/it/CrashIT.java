// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fault.Fault.Mode;
import dev.reconcile.fault.Survival;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs that end at each single call that changes the live host; one more run completes them. */
class CrashIT {
  /** Every instant is tried with {@code -Dreconcile.every=1}; that takes long. */
  private static final int EVERY = Integer.getInteger("reconcile.every", 48);

  /** There are many more system calls than calls of the host; the unit tests try them in a tree. */
  private static final int EVERY_SYSTEM_CALL = 3 * EVERY;

  /** An app with data, a build and a release step, which answers what these have written. */
  private static final String STEPS =
      """
      import os


      def app(environ, start_response):
          with open("built.txt") as built, open("state/released.txt") as released:
              answer = built.read().strip() + " " + released.read().strip()
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(answer + "\\n").encode()]
      """;

  private static final String WORKER =
      """
      import os
      import time

      with open("state/worker.txt", "w") as file:
          file.write(os.environ["VERSION"])
      while True:
          time.sleep(60)
      """;

  /** Odd, so that both modes occur. */
  private static final int EVERY_BUILD = EVERY == 1 ? 1 : 8;

  /** System calls that remove two old backups and their trees. */
  private static final int MOST_REMOVALS = 40;

  private static final String CALLS = "/var/tmp/calls";
  private static final String KIOSK =
      "source: {folder: src/plain}\nsite: {server_name: kiosk.test}\nvenv: {python: "
          + Stage.QUICK_PYTHON
          + "}\n";

  private static Stage stage;
  private static Survival survival;
  private static String one;
  private static String two;
  private static String more;
  private static String quiet;

  /** The repo at a commit, and what shows on the host when it has been applied. */
  private record Goal(String commit, List<String> pages) {}

  @BeforeAll
  static void boot() {
    survival = Survival.named(CrashIT.class);
    stage = Stage.boot(Stage.tree("one"));
    stage.copyTests();
    one = stage.operator().push(Stage.tree("one"));
    two = stage.operator().push(Stage.tree("two"));
    more = stage.operator().push(Stage.tree("one").with("apps/kiosk.yaml", KIOSK));
    quiet = stage.quiet();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void updateOfCodeSettingsRequirementsAndSite() {
    thereAndBack(
        "killed on a live host: new code, settings, requirements, site",
        new Goal(two, List.of("shop=" + Stage.page("two"))),
        new Goal(one, List.of("shop=" + Stage.page("one"))));
  }

  @Test
  void firstDeployAndRemoval() {
    thereAndBack(
        "killed on a live host: a first deploy, a removal",
        new Goal(
            more,
            List.of("shop=" + Stage.page("one"), "kiosk=" + DesiredTree.answer("kiosk").strip())),
        new Goal(one, List.of("shop=" + Stage.page("one"), "kiosk=-")));
  }

  /** Parents of what is deployed are made anew each time; nobody may find one closed afterwards. */
  @Test
  void betweenTwoSystemCalls() {
    String row = "killed between two system calls on a live host: a first deploy";
    succeed(0, stage.crashBetween(0, CALLS, steps("first").commit()));
    undeploy();
    succeed(0, stage.crashBetween(0, CALLS, steps("second").commit()));
    String attributes = stage.attributes();
    List<String> calls = stage.host().read(CALLS).lines().toList();
    assertThat(calls).anyMatch(call -> call.startsWith("mkdir /srv/"));
    for (int at = 1; at <= calls.size(); at++) {
      int instant = at;
      // more of those that make the parents
      int every = calls.get(at - 1).contains(" /srv/") ? EVERY / 2 : EVERY_SYSTEM_CALL;
      if (at % Math.max(1, every) != 0) {
        continue;
      }
      survival.attempt(
          row,
          at + " " + calls.get(at - 1),
          () -> {
            undeploy();
            Goal goal = steps("between" + instant);
            Result crashed = stage.crashBetween(instant, CALLS, goal.commit());
            if (isKilled(crashed, instant)) {
              succeed(0, stage.apply(goal.commit()));
            }
            assertThat(stage.attributes()).isEqualTo(attributes);
            assertSteps("between" + instant);
            stage.inspect(quiet, goal.commit(), goal.pages().toArray(String[]::new));
          });
    }
    undeploy();
    survival.settle(row);
  }

  private static void undeploy() {
    succeed(0, stage.apply(one));
    stage.host().runScript("rm -rf /srv/www /srv/envs");
  }

  /** Each attempt has a version of its own: a step that has succeeded is not due again. */
  @Test
  void newRevisionWithBuildAndReleaseStep() {
    newRevisions(
        "killed on a live host: a new revision with build and release step",
        1,
        CrashIT::steps,
        CrashIT::assertSteps);
  }

  /** The proof of a process takes 5 s, so fewer instants are tried. */
  @Test
  void newRevisionOfAnAppWithAProcessAndASchedule() {
    newRevisions(
        "killed on a live host: a new revision with a process and a schedule",
        EVERY == 1 ? 1 : 3,
        CrashIT::whole,
        version -> {
          assertSteps(version);
          assertWhole(version);
        });
  }

  /** Kills a run to a version of its own at each of these instants, and completes it. */
  private static void newRevisions(
      String row, int every, Function<String, Goal> goalOf, Consumer<String> check) {
    succeed(0, stage.apply(goalOf.apply("zero").commit()));
    List<String> calls = count(goalOf.apply("begin"));
    List<Instant> all = instants(calls);
    Set<Instant> tried = new LinkedHashSet<>();
    for (int i = 0; i < all.size(); i += every) {
      tried.add(all.get(i));
    }
    // the step is on record here, so no later run has a reason to look at its unit
    for (int i = 1; every == 1 && i <= calls.size(); i++) {
      if (calls.get(i - 1).matches(".*(stop|remove) .*reconcile-release-.*\\.service")) {
        tried.add(new Instant(i, Mode.AFTER, calls.get(i - 1)));
      }
    }
    for (Instant instant : tried) {
      String version = "version" + instant.at() + instant.mode();
      Goal goal = goalOf.apply(version);
      survival.attempt(
          row,
          instant.toString(),
          () -> {
            crash(goal, instant.at(), instant.mode());
            check.accept(version);
          });
    }
    undeploy();
    survival.settle(row);
  }

  private static Goal whole(String version) {
    DesiredTree tree =
        steps(Stage.tree("one"), version)
            .with("src/steps/worker.py", WORKER)
            .with(
                "apps/kiosk.yaml",
                kiosk(version)
                    + """
                    processes: {worker: python worker.py}
                    schedules: {nightly: {run: "true", at: "*-*-* 03:10"}}
                    """);
    return new Goal(stage.operator().push(tree), List.of("shop=" + Stage.page("one")));
  }

  /** The process of the new revision, and no other, runs; the timer waits. */
  private static void assertWhole(String version) {
    assertThat(stage.host().read("/var/lib/gunicorn/kiosk/state/worker.txt")).isEqualTo(version);
    String processes =
        stage
            .host()
            .runScript(
                "pgrep -cf '[p]ython.* worker.py'; systemctl is-active "
                    + "gunicorn-process@kiosk.worker.1.service gunicorn-schedule@kiosk.nightly.timer");
    assertThat(processes).isEqualTo("1\nactive\nactive\n");
  }

  private static Goal steps(String version) {
    String commit = stage.operator().push(steps(Stage.tree("one"), version));
    return new Goal(commit, List.of("shop=" + Stage.page("one")));
  }

  private static DesiredTree steps(DesiredTree tree, String version) {
    return tree.with("src/steps/main.py", STEPS)
        .with("src/steps/state/.gitkeep", "")
        .with("apps/kiosk.yaml", kiosk(version));
  }

  // Its folders are not there, and their parents are not there either.
  private static String kiosk(String version) {
    return """
    source: {folder: src/steps}
    directory: /srv/www/kiosk/live
    venv: {python: %s, directory: /srv/envs/kiosk/env, install: none}
    data: [state]
    env: {VERSION: "%s"}
    build: sh -c 'echo "$VERSION" >built.txt'
    release: sh -c 'echo "$VERSION" >state/released.txt'
    site: {server_name: kiosk.test}
    """
        .formatted(Stage.QUICK_PYTHON, version);
  }

  private static void assertSteps(String version) {
    assertThat(stage.operator().page("kiosk")).isEqualTo(version + " " + version + "\n");
  }

  /** A real virtualenv takes seconds, in children of children: what they leave must not matter. */
  @Test
  void virtualenvThatIsBeingBuilt() {
    String row = "killed on a live host: a virtualenv being built";
    List<String> first = count(venv("venv0")); // it also installs pip for the interpreter
    List<String> calls = count(venv("venv1"));
    int venv = indexOf(calls, "-m venv ");
    int pip = indexOf(calls, "pip install ");
    int seal = indexOf(calls, "copy what was built");
    List<Integer> places =
        List.of(venv - 1, venv, pip, pip + 1, seal, seal + 1, seal + 2, seal + 3);
    for (int i = 0; i < 2 * places.size(); i += EVERY_BUILD) {
      Goal goal = venv("venv" + (i + 2));
      Mode mode = i % 2 == 0 ? Mode.HALF : Mode.AFTER;
      int at = places.get(i / 2);
      survival.attempt(row, mode + " of " + calls.get(at - 1), () -> crash(goal, at, mode));
    }
    int tools = indexOf(first, "copy what was built");
    for (int i = 0; i < 4; i += EVERY_BUILD) {
      Goal goal = venv("tools" + i);
      stage.host().run("rm", "-r", "/var/lib/reconcile/tools");
      Mode mode = i % 2 == 0 ? Mode.HALF : Mode.AFTER;
      int at = tools + i / 2;
      survival.attempt(row, mode + " of " + first.get(at - 1), () -> crash(goal, at, mode));
    }
    succeed(0, stage.apply(one));
    survival.settle(row);
  }

  private static Goal venv(String version) {
    DesiredTree tree = Stage.tree(version);
    String yaml = tree.files().get("apps/shop.yaml").replace(Stage.QUICK_PYTHON, "python3");
    String commit = stage.operator().push(tree.with("apps/shop.yaml", yaml));
    return new Goal(commit, List.of("shop=" + Stage.page(version)));
  }

  private static int indexOf(List<String> calls, String part) {
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).contains(part)) {
        return i + 1;
      }
    }
    throw new AssertionError(part + " is not among " + calls);
  }

  /** An instant of a run. */
  private record Instant(int at, Mode mode, String call) {}

  /** Kills runs to one goal and back, at each call of the way there and of the way back. */
  private static void thereAndBack(String row, Goal there, Goal back) {
    // the first time there, trees and virtualenvs are made that are there the next time
    succeed(0, stage.apply(there.commit()));
    succeed(0, stage.apply(back.commit()));
    Deque<Instant> forth = new ArrayDeque<>(instants(count(there)));
    Deque<Instant> home = new ArrayDeque<>(instants(count(back)));
    while (!forth.isEmpty() || !home.isEmpty()) {
      next(row, there, forth);
      next(row, back, home);
    }
    survival.settle(row);
  }

  private static void next(String row, Goal goal, Deque<Instant> left) {
    Instant instant = left.poll();
    if (instant == null) {
      succeed(0, stage.apply(goal.commit()));
    } else {
      survival.attempt(row, instant.toString(), () -> crash(goal, instant.at(), instant.mode()));
    }
  }

  private static List<Instant> instants(List<String> calls) {
    assertThat(calls.size()).isGreaterThan(15);
    List<Instant> instants = new ArrayList<>();
    for (int at = 1; at <= calls.size(); at++) {
      String call = calls.get(at - 1);
      instants.add(new Instant(at, Mode.AFTER, call));
      if (hasMiddle(call)) {
        instants.add(new Instant(at, Mode.HALF, call));
      }
    }
    return IntStream.range(0, instants.size())
        .filter(i -> i % EVERY == 0)
        .mapToObj(instants::get)
        .toList();
  }

  private static boolean hasMiddle(String call) {
    return call.startsWith("write /var/lib")
        || call.startsWith("rename")
        || call.startsWith("remove /var/lib")
        || call.contains(" restart ")
        || call.contains(" reload")
        || call.contains(" stop ")
        || call.contains(" start ");
  }

  private static void crash(Goal goal, int at, Mode mode) {
    Result crashed = stage.crash(at, mode, CALLS, goal.commit());
    if (isKilled(crashed, at)) {
      succeed(0, stage.apply(goal.commit()));
    }
    stage.inspect(quiet, goal.commit(), goal.pages().toArray(String[]::new));
  }

  /**
   * Tells whether a run was killed. One that ends before the instant had fewer old backups to
   * remove, with their trees, than the run whose calls were counted.
   */
  private static boolean isKilled(Result crashed, int at) {
    if (crashed.ok()) {
      int calls = stage.host().read(CALLS).lines().toList().size();
      assertThat(at).as(crashed.stdout()).isBetween(calls + 1, calls + MOST_REMOVALS);
      return false;
    }
    assertThat(crashed.exitCode()).as(crashed.stdout() + crashed.stderr()).isEqualTo(137);
    return true;
  }

  /** The calls of an undisturbed run. */
  private static List<String> count(Goal goal) {
    succeed(0, stage.crash(0, Mode.BEFORE, CALLS, goal.commit()));
    stage.inspect(quiet, goal.commit(), goal.pages().toArray(String[]::new));
    return stage.host().read(CALLS).lines().toList();
  }
}
