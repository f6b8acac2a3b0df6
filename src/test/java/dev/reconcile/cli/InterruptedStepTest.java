// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fault.Fault;
import dev.reconcile.fault.FaultyHost;
import dev.reconcile.fault.FileCalls;
import dev.reconcile.fault.FileCalls.End;
import dev.reconcile.fault.Survival;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that end between two system calls of a step, by a kill or a power cut, on a directory tree.
 * One more run makes what an undisturbed run would have made, the modes of all folders included.
 */
final class InterruptedStepTest {
  /** Every instant is tried with {@code -Dreconcile.every=1}. */
  private static final int EVERY = Integer.getInteger("reconcile.every", 4);

  /** The lock; the cache, which is fetched again; trees that are being removed. */
  private static final Pattern NEED_NOT_LAST =
      Pattern.compile("/run(/|$)|/repo\\.git|/var/lib/reconcile/(checkouts|venvs)/");

  private static Survival survival;

  @TempDir(factory = InMemory.class)
  Path temp;

  private ScenarioRuns runs;

  @BeforeAll
  static void open() {
    survival = Survival.named(InterruptedStepTest.class);
  }

  @BeforeEach
  void prepareRuns() {
    runs = new ScenarioRuns(temp);
  }

  static List<FaultScenario> scenarios() {
    return FaultScenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void endedBetweenAnyTwoSystemCallsOneMoreRunCompletesIt(FaultScenario scenario)
      throws IOException {
    ScenarioRuns.Prepared prepared = runs.prepare(scenario);
    FileCalls counted = count(prepared);
    String killed = "killed between two system calls: " + scenario.name();
    String cut = "power cut between two system calls: " + scenario.name();
    for (int at = 1; at <= counted.calls().size(); at++) {
      int instant = at;
      String call = at + " " + counted.calls().get(at - 1);
      if (at % EVERY == 0) {
        survival.attempt(killed, call, () -> end(prepared, instant, End.KILL));
      }
      if (counted.losesMore(at)) {
        survival.attempt(cut, call, () -> end(prepared, instant, End.POWER_CUT));
      }
    }
    survival.settle(killed);
    survival.settle(cut);
  }

  private void end(ScenarioRuns.Prepared prepared, int at, End end) throws IOException {
    FileCalls calls = new FileCalls(at, end, () -> {});
    Scene scene = runs.copy(prepared.scene());
    Scene.Ran ran = prepared.run(scene, on(calls));
    assertThat(calls.hasStruck()).as("the end has come").isTrue();
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.BUG);
    ScenarioRuns.assertCompleted(prepared, scene);
  }

  private FileCalls count(ScenarioRuns.Prepared prepared) throws IOException {
    FileCalls calls = new FileCalls(0, End.KILL, () -> {});
    Scene.Ran ran = prepared.run(runs.copy(prepared.scene()), on(calls));
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(calls.calls()).hasSizeGreaterThan(20);
    return calls;
  }

  /** Each change is on the disk before the next one begins, so none can overtake another. */
  @ParameterizedTest
  @MethodSource("scenarios")
  void eachChangeIsOnTheDiskWhenItIsDone(FaultScenario scenario) throws IOException {
    ScenarioRuns.Prepared prepared = runs.prepare(scenario);
    FileCalls calls = new FileCalls(0, End.KILL, () -> {});
    List<String> missing = new ArrayList<>();
    HostFactory hosts =
        (root, run, units) ->
            new FaultyHost(
                HostFactory.LOCAL.open(calls.wrap(root), run, units),
                call ->
                    calls.notOnDisk().stream()
                        .filter(one -> !NEED_NOT_LAST.matcher(one).find())
                        .forEach(one -> missing.add("after " + call + ": " + one)));
    Scene.Ran ran = prepared.run(runs.copy(prepared.scene()), hosts);
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(missing).isEmpty();
  }

  /** What a version left that made folders closed and opened them afterwards. */
  @Test
  void folderThatAnEarlierVersionLeftClosedIsOpenAfterTheNextRun() throws IOException {
    ScenarioRuns.Prepared prepared = runs.prepare(FaultScenario.all().getFirst());
    List<String> folders =
        List.of(
            "/etc/gunicorn",
            "/etc/nginx",
            "/etc/nginx/sites-available",
            "/etc/systemd",
            "/etc/systemd/system",
            "/usr/share/nginx",
            "/var/lib/reconcile/checkouts",
            "/var/lib/reconcile/checkouts/shop");
    Set<PosixFilePermission> open = PosixFilePermissions.fromString("rwxr-xr-x");
    for (String folder : folders) {
      Scene scene = runs.copy(prepared.scene());
      Fault first = Fault.kill(firstChange(prepared), Fault.Mode.BEFORE);
      prepared.run(
          scene,
          (root, run, units) ->
              new FaultyHost(HostFactory.LOCAL.open(root, run, units), first, () -> {}));
      Path place = scene.root().resolve(folder.substring(1));
      Files.createDirectories(place, PosixFilePermissions.asFileAttribute(open));
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));

      ScenarioRuns.assertCompleted(prepared, scene);
    }
  }

  private int firstChange(ScenarioRuns.Prepared prepared) throws IOException {
    List<FaultyHost> hosts = new ArrayList<>();
    prepared.run(
        runs.copy(prepared.scene()),
        (root, run, units) -> {
          hosts.add(new FaultyHost(HostFactory.LOCAL.open(root, run, units), _ -> {}));
          return hosts.getLast();
        });
    List<String> calls = hosts.getFirst().calls();
    int state = calls.indexOf("write /var/lib/reconcile/state.json");
    return state + 2; // counted from 1, and the one after
  }

  private static HostFactory on(FileCalls calls) {
    return (root, run, units) -> HostFactory.LOCAL.open(calls.wrap(root), run, units);
  }
}
