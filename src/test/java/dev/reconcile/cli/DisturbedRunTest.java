// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fault.Fault;
import dev.reconcile.fault.Fault.Mode;
import dev.reconcile.fault.FaultyHost;
import dev.reconcile.fault.Survival;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that are killed at, or fail from, each single change of the host, on a directory tree.
 * Whatever happened, one more run makes what an undisturbed run would have made.
 */
final class DisturbedRunTest {
  private static final String NO_SPACE = "No space left on device";
  private static final String READ_ONLY = "Read-only file system";
  private static final String DENIED = "permission denied";
  private static final long SEED = 20260101;
  private static final int PAIRS = 40;

  private static Survival survival;

  @TempDir(factory = InMemory.class)
  Path temp;

  private ScenarioRuns runs;

  @BeforeAll
  static void open() {
    survival = Survival.named(DisturbedRunTest.class);
  }

  @BeforeEach
  void prepareRuns() {
    runs = new ScenarioRuns(temp);
  }

  /** A scenario, and the changes of an undisturbed run of it. */
  private record Prepared(ScenarioRuns.Prepared scenario, List<String> calls) {
    Scene scene() {
      return scenario.scene();
    }

    List<String> words() {
      return scenario.words();
    }
  }

  /** A run that was disturbed. */
  private record Disturbed(Scene scene, Scene.Ran ran, FaultyHost host) {}

  static List<FaultScenario> scenarios() {
    return FaultScenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void killedAnywhereOneMoreRunCompletesIt(FaultScenario scenario) throws Exception {
    Prepared prepared = prepare(scenario);
    String row = "killed in a tree: " + scenario.name();
    for (Mode mode : List.of(Mode.BEFORE, Mode.HALF, Mode.AFTER)) {
      // the end before a call is that after the call before, but for the first
      int last = mode == Mode.BEFORE ? 1 : prepared.calls().size();
      for (int at = 1; at <= last; at++) {
        Fault fault = Fault.kill(at, mode);
        survival.attempt(
            row,
            fault.toString(),
            () -> {
              Disturbed killed = disturb(prepared, fault);
              assertThat(killed.ran().code()).isEqualTo(ExitCode.BUG);
              assertCompleted(prepared, killed);
            });
      }
    }
    survival.settle(row);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void killedTwiceOneMoreRunCompletesIt(FaultScenario scenario) throws Exception {
    Prepared prepared = prepare(scenario);
    String row = "killed twice in a tree: " + scenario.name();
    Random random = new Random(SEED);
    for (int i = 0; i < PAIRS; i++) {
      Fault first = Fault.kill(1 + random.nextInt(prepared.calls().size()), Mode.HALF);
      Fault second = Fault.kill(1 + random.nextInt(prepared.calls().size()), Mode.AFTER);
      survival.attempt(
          row,
          first + " then " + second,
          () -> {
            Scene scene = disturb(prepared, first).scene();
            assertCompleted(prepared, run(scene, prepared.words(), second));
          });
    }
    survival.settle(row);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void failingAnywhereItSaysSoAndOneMoreRunCompletesIt(FaultScenario scenario) throws Exception {
    Prepared prepared = prepare(scenario);
    for (String errno : List.of(NO_SPACE, READ_ONLY, DENIED)) {
      // a full disk stays full; what is forbidden is forbidden in one place
      Mode mode = errno.equals(DENIED) ? Mode.FAIL_ONCE : Mode.FAIL_FROM;
      String row = errno + " in a tree: " + scenario.name();
      for (int at = 1; at <= prepared.calls().size(); at++) {
        if (prepared.calls().get(at - 1).startsWith("run ")) {
          continue; // a program that fails is no exception
        }
        Fault fault = new Fault(at, mode, errno);
        survival.attempt(
            row,
            fault.toString(),
            () -> {
              Disturbed failed = disturb(prepared, fault);
              assertSaid(failed, fault);
              assertCompleted(prepared, failed);
            });
      }
      survival.settle(row);
    }
  }

  @Test
  void killedAndGivenUpNothingIsLeft() throws Exception {
    Scene scene = new Scene(Files.createDirectory(temp.resolve("scene")));
    FaultScenario.deployed(scene);
    SortedMap<String, String> before = ScenarioRuns.snapshot(scene);
    scene.git("branch", "before");
    FaultScenario.newRevision(scene);
    // a number once given stays given, so no app of this one gets any
    Files.delete(scene.repo("apps/kiosk.yaml"));
    Files.writeString(scene.repo("apps/third.yaml"), "source: {folder: src/kiosk}\n");
    scene.commit();
    Prepared prepared = counted(runs.undisturbed("given up", scene, List.of("apply")));
    String row = "killed in a tree, and the repo goes back to before";
    for (int at = 1; at <= prepared.calls().size(); at++) {
      for (Mode mode : List.of(Mode.HALF, Mode.AFTER)) {
        Fault fault = Fault.kill(at, mode);
        survival.attempt(
            row,
            fault.toString(),
            () -> {
              Scene killed = disturb(prepared, fault).scene();
              Scene.Ran back = killed.run("apply", "--ref", "before", "--allow-rewind");
              assertThat(back.code()).as(back.text()).isEqualTo(ExitCode.OK);
              String waysBack = waysBack(killed);
              assertThat(ScenarioRuns.differences(before, ScenarioRuns.snapshot(killed)))
                  .filteredOn(name -> !waysBack.contains(tree(name)))
                  .isEmpty();
            });
      }
    }
    survival.settle(row);
  }

  // what a kept run would go back to may stay
  private static String waysBack(Scene scene) throws IOException {
    StringBuilder all = new StringBuilder();
    Path backups = scene.root().resolve("var/lib/reconcile/backup");
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(backups, "*.json")) {
      for (Path run : runs) {
        all.append(Files.readString(run));
      }
    }
    return all.toString();
  }

  // a difference begins with a path
  private static String tree(String difference) {
    Matcher tree =
        Pattern.compile("^/var/lib/reconcile/checkouts/[^/ ]+(/[^/ ]+)?").matcher(difference);
    return tree.find() ? tree.group() : difference;
  }

  private Prepared prepare(FaultScenario scenario) throws IOException {
    return counted(runs.prepare(scenario));
  }

  private Prepared counted(ScenarioRuns.Prepared prepared) throws IOException {
    List<String> calls =
        run(runs.copy(prepared.scene()), prepared.words(), Fault.NONE).host().calls();
    assertThat(calls).as("changes").hasSizeGreaterThan(5);
    return new Prepared(prepared, calls);
  }

  private Disturbed disturb(Prepared prepared, Fault fault) throws IOException {
    Disturbed disturbed = run(runs.copy(prepared.scene()), prepared.words(), fault);
    assertThat(disturbed.host().hasStruck()).as("the fault has struck").isTrue();
    return disturbed;
  }

  private static Disturbed run(Scene scene, List<String> words, Fault fault) throws IOException {
    List<FaultyHost> opened = new ArrayList<>();
    HostFactory hosts =
        (root, run, units) -> {
          FaultyHost host =
              new FaultyHost(HostFactory.LOCAL.open(root, run, units), fault, () -> {});
          opened.add(host);
          return host;
        };
    Scene.Ran ran = scene.run(hosts, words.toArray(String[]::new));
    return new Disturbed(scene, ran, opened.getFirst());
  }

  private static void assertSaid(Disturbed failed, Fault fault) {
    Scene.Ran ran = failed.ran();
    // where one app alone cannot be changed, it alone is taken back
    ExitCode other = fault.mode() == Mode.FAIL_ONCE ? ExitCode.ROLLED_BACK : ExitCode.FAILED;
    assertThat(ran.code()).as(ran.text()).isIn(ExitCode.FAILED, other);
    List<String> calls = failed.host().calls();
    int last = fault.mode() == Mode.FAIL_ONCE ? fault.at() : calls.size();
    List<String> failures =
        calls.subList(fault.at() - 1, last).stream()
            .map(call -> "Cannot " + call + ": " + fault.errno())
            .toList();
    assertThat(ran.text())
        .contains("Error: ")
        .containsAnyOf(failures.toArray(String[]::new))
        .doesNotContain("Exception", "\tat ");
  }

  private static void assertCompleted(Prepared prepared, Disturbed disturbed) throws IOException {
    ScenarioRuns.assertCompleted(prepared.scenario(), disturbed.scene());
  }
}
