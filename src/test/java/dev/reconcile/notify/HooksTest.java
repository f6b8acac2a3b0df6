// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.Option;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.report.RunReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When hooks run, with real commands; runs on a host are in the container tests. */
final class HooksTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String COMMIT = "0123456789012345678901234567890123456789";

  @TempDir Path temp;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean isWhole = true;
  private Path log;
  private Map<String, List<String>> commands;

  @BeforeEach
  void makeCommands() {
    log = temp.resolve("log");
    commands = new HashMap<>();
    for (Option.Repeatable hook : CommonOptions.HOOKS) {
      String event = hook.name();
      commands.put(event, sh("echo \"$RECONCILE_EVENT $(cat)\" >>\"$0\"", log.toString()));
    }
  }

  private static List<String> sh(String script, String... words) {
    List<String> argv = new ArrayList<>(List.of("sh", "-c", script));
    argv.addAll(List.of(words));
    return argv;
  }

  /** Which hooks a run sets off. */
  private List<String> after(RunReport run) throws Exception {
    return after(run, SOON);
  }

  private List<String> after(RunReport run, Duration limit) throws Exception {
    Files.deleteIfExists(log);
    Console console =
        new Console(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    new Hooks(commands, console, host, limit).after(run, isWhole, "report");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static RunReport ended(int exit, Diagnostic... said) {
    return report(exit, List.of(said), Optional.empty(), Optional.empty());
  }

  private static RunReport converged(int exit, Set<String> held, Applied applied, String commit) {
    TreeMap<String, Diagnostic> reasons = new TreeMap<>();
    held.forEach(app -> reasons.put(app, Diagnostic.error("Held", "since 12:00")));
    Plan plan = PlanBuilder.of(commit).held(reasons).build();
    return report(exit, List.of(), Optional.of(plan), Optional.of(applied));
  }

  private static RunReport report(
      int exit, List<Diagnostic> said, Optional<Plan> plan, Optional<Applied> applied) {
    Instant now = Instant.now();
    return new RunReport(
        "apply",
        "run",
        "0",
        "repo",
        now,
        now,
        exit,
        said,
        plan,
        applied,
        OptionalInt.of(1),
        Optional.empty(),
        Optional.empty());
  }

  private static Applied did(Outcome... outcomes) {
    return new Applied(List.of(outcomes), List.of(), State.EMPTY);
  }

  @Test
  void aFailureIsToldOnceAndSoIsItsEnd() throws Exception {
    Diagnostic down = Diagnostic.error("The repo cannot be reached", "at 12:00");
    Diagnostic still = Diagnostic.error("The repo cannot be reached", "at 12:15");

    assertThat(after(ended(0))).isEmpty();
    assertThat(after(ended(69, down))).containsExactly("on-failure report");
    assertThat(after(ended(69, still))).isEmpty();
    assertThat(after(ended(2))).containsExactly("on-recovery report");
    assertThat(after(ended(0))).isEmpty();
    assertThat(after(ended(69, down))).containsExactly("on-failure report");
  }

  @Test
  void anotherMistakeOrAnotherPlaceIsNews() throws Exception {
    Diagnostic one = Diagnostic.error(new Origin("apps/a.yaml", 3, 1, ""), "Unknown key", "a");
    Diagnostic moved = Diagnostic.error(new Origin("apps/a.yaml", 4, 1, ""), "Unknown key", "b");
    Diagnostic other = Diagnostic.error(Origin.of("apps/b.yaml"), "Unknown key", "a");

    assertThat(after(ended(65, one))).hasSize(1);
    assertThat(after(ended(65, moved))).isEmpty();
    assertThat(after(ended(65, Diagnostic.notice("By the way", "x"), one))).isEmpty();
    assertThat(after(ended(65, one, other))).hasSize(1);
    assertThat(after(ended(65, other, one))).isEmpty();
    assertThat(after(ended(1, other, one))).hasSize(1);
  }

  @Test
  void anAppThatWasRolledBackAndIsHeldIsNoNewsUntilTheCommitIsAnother() throws Exception {
    Diagnostic error = Diagnostic.error("It does not start", "x");
    Applied back =
        new Applied(
            List.of(new Outcome.Failed("restart gunicorn@shop.service", "shop", error)),
            List.of(new RolledBack("shop", "it does not start", true, Optional.empty())),
            State.EMPTY);

    assertThat(after(converged(3, Set.of(), back, COMMIT))).containsExactly("on-failure report");
    assertThat(after(converged(3, Set.of("shop"), did(), COMMIT))).isEmpty();
    String next = COMMIT.replace('0', 'a');
    assertThat(after(converged(3, Set.of(), back, next))).containsExactly("on-failure report");
    assertThat(after(converged(0, Set.of(), did(), next))).containsExactly("on-recovery report");
  }

  @Test
  void aChangeIsToldAlsoIfTheRunFailed() throws Exception {
    Outcome done = new Outcome.Done("file /a", "");
    Outcome failed = new Outcome.Failed("file /b", "", Diagnostic.error("No space", "x"));

    assertThat(after(converged(0, Set.of(), did(done), COMMIT)))
        .containsExactly("on-change report");
    assertThat(after(converged(1, Set.of(), did(done, failed), COMMIT)))
        .containsExactly("on-failure report", "on-change report");
    assertThat(after(converged(1, Set.of(), did(failed), COMMIT))).isEmpty();
    assertThat(after(converged(0, Set.of(), did(done), COMMIT)))
        .containsExactly("on-recovery report", "on-change report");
  }

  @Test
  void aRunThatLooksAtAPartKnowsOnlyOfItsChanges() throws Exception {
    Outcome done = new Outcome.Done("file /a", "");
    after(ended(65));
    isWhole = false;
    assertThat(after(converged(0, Set.of(), did(done), COMMIT)))
        .containsExactly("on-change report");
    assertThat(after(ended(1))).isEmpty();
    isWhole = true;
    assertThat(after(ended(65))).as("as before").isEmpty();
    assertThat(after(ended(0))).containsExactly("on-recovery report");
  }

  @Test
  void whatIsWrongWithAHookIsAWarning() throws Exception {
    commands.put("on-failure", sh("echo no mail today >&2; exit 7"));
    after(ended(1));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("Warning: Hook failed", "on-failure: sh -c ", "exited with 7", "no mail today");
    commands.put("on-recovery", List.of("/none"));
    after(ended(0));
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("on-recovery: Cannot start /none");
  }

  @Test
  void aHookThatDoesNotEndIsEnded() throws Exception {
    commands.put("on-failure", sh("sleep 600 & echo $! >\"$0\"; wait", log.toString()));
    long begin = System.nanoTime();
    List<String> pid = after(ended(1), Duration.ofMillis(700));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("did not end within");
    Path started = Path.of("/proc", pid.getFirst(), "cmdline"); // of a dead one it is empty
    assertThat(Files.exists(started) ? Files.readString(started) : "").isEmpty();
  }

  @Test
  void aHookThatReadsNothingIsRight() throws Exception {
    commands.put("on-failure", List.of("true"));
    after(ended(1));
    assertThat(err.size()).isZero();
  }

  @Test
  void withoutHooksItIsRememberedAllTheSame() throws Exception {
    Map<String, List<String>> all = commands;
    commands = Map.of();
    after(ended(1));
    commands = all;
    assertThat(after(ended(0))).containsExactly("on-recovery report");
  }
}
