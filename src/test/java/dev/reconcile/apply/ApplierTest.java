// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a plan when parts of it fail, on real files. */
final class ApplierTest {
  private static final State BEFORE = State.EMPTY;

  @TempDir Path temp;
  private final List<String> commands = new ArrayList<>();
  private final List<String> failing = new ArrayList<>();
  private Optional<State> seenByFirstCommand = Optional.empty();
  private LocalHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new LocalHost(temp, this::run, "run", List.of());
  }

  // no service manager is there: commands are written down but for clean-up, and fail if
  // a test says so
  private CommandRunner.Result run(Command command) throws HostException {
    if (command.argv().contains("reset-failed") || command.argv().getFirst().equals("du")) {
      return new CommandRunner.Result(0, "", "");
    }
    if (commands.isEmpty()) {
      seenByFirstCommand = Optional.of(StateFile.load(host.facts()));
    }
    commands.add(command.text());
    boolean fails = failing.contains(command.text());
    return new CommandRunner.Result(fails ? 1 : 0, "", fails ? "it failed" : "");
  }

  private static PlannedChange file(String path, String app, String... notifies) {
    Declared declared =
        new Declared(
            new Address("file", path),
            new FileKind.Spec(Content.of("text"), FileAttributes.root(0644)),
            app,
            Role.FILE,
            List.of(notifies),
            Origin.of("x"));
    Change change = new Change.Create(declared);
    return new PlannedChange(change, new FileKind().steps(change));
  }

  private static PendingHandler restart(String unit, String app) {
    String id = "restart " + unit;
    Handler handler =
        new Handler(
            id,
            Phase.INSTANCES,
            List.of(new Step.Systemctl(Step.UnitVerb.RESTART, unit)),
            List.of(),
            app);
    List<PhasedStep> actions =
        handler.steps().stream().map(step -> new PhasedStep(handler.phase(), step)).toList();
    return new PendingHandler(handler, "because", actions, new TreeMap<>(Map.of(id, "digest")));
  }

  private static Plan plan(List<PlannedChange> changes, List<PendingHandler> handlers) {
    List<OwnedResource> claims =
        changes.stream().map(p -> OwnedResource.of(((Change.Create) p.change()).after())).toList();
    return PlanBuilder.of("r2").changes(changes).handlers(handlers).claims(claims).build();
  }

  private Applied apply(Plan plan) throws HostException {
    return Applier.apply(plan, BEFORE, "repo", host, (tree, to) -> {}, Progress.NONE);
  }

  private void block(String path) throws IOException {
    Files.createDirectories(temp.resolve(path.substring(1)).getParent());
    Files.writeString(temp.resolve(path.substring(1)), "a file where a folder should be");
  }

  private static List<String> subjects(Applied applied, Class<? extends Outcome> type) {
    return applied.outcomes().stream().filter(type::isInstance).map(Outcome::subject).toList();
  }

  // the link of a source.path was bent to a bad release: nothing of the app changes but what it
  // runs
  @Test
  void appWhoseNextCodeFailsItsRehearsalIsAsItWasAndInQuarantine() throws Exception {
    String id = "restart gunicorn@shop.service";
    Handler handler =
        new Handler(
            id,
            Phase.INSTANCES,
            List.of(new Step.Systemctl(Step.UnitVerb.RESTART, "gunicorn@shop.service")),
            List.of(),
            "shop");
    List<PhasedStep> actions =
        List.of(
            new PhasedStep(
                Phase.REHEARSE, new Step.Systemctl(Step.UnitVerb.START, "bridge.service")),
            new PhasedStep(Phase.INSTANCES, handler.steps().getFirst()));
    Plan plan =
        PlanBuilder.of("r2")
            .handlers(List.of(new PendingHandler(handler, "because", actions, new TreeMap<>())))
            .digests(Map.of("shop", "digest"))
            .build();
    failing.add("systemctl start bridge.service");

    Applied applied = apply(plan);

    assertThat(applied.isComplete()).isFalse();
    assertThat(applied.isSettled()).isTrue();
    assertThat(applied.state().trials().unfinished()).isEmpty();
    assertThat(applied.state().revision()).isEqualTo("r2");
    assertThat(commands).doesNotContain("systemctl restart gunicorn@shop.service");
  }

  @Test
  void anAppThatFailsIsLeftAndTheOthersAreDone() throws Exception {
    block("/etc/a");

    Applied applied =
        apply(
            plan(
                List.of(file("/etc/a/x", "a"), file("/etc/a2", "a"), file("/etc/b", "b")),
                List.of(restart("a.service", "a"), restart("b.service", "b"))));

    assertThat(subjects(applied, Outcome.Failed.class)).containsExactly("file /etc/a/x");
    assertThat(subjects(applied, Outcome.Skipped.class))
        .containsExactlyInAnyOrder("file /etc/a2", "restart a.service");
    assertThat(subjects(applied, Outcome.Done.class))
        .containsExactlyInAnyOrder("file /etc/b", "restart b.service");
    assertThat(temp.resolve("etc/b")).hasContent("text");
    assertThat(temp.resolve("etc/a2")).doesNotExist();
    assertThat(commands).containsExactly("systemctl restart b.service");
  }

  @Test
  void whatFailsIsStillDueInTheNextRun() throws Exception {
    failing.add("systemctl restart a.service");

    Applied applied =
        apply(
            plan(
                List.of(file("/etc/a", "a"), file("/etc/b", "b")),
                List.of(restart("a.service", "a"), restart("b.service", "b"))));

    State state = StateFile.load(host.facts());
    assertThat(applied.state()).isEqualTo(state);
    assertThat(state.activation("restart a.service")).isEmpty();
    assertThat(state.activation("restart b.service")).isEqualTo("digest");
    assertThat(state.owns(new Address("file", "/etc/a"))).isTrue();
  }

  @Test
  void onlyACompleteRunRemembersItsRevision() throws Exception {
    assertThat(apply(plan(List.of(file("/etc/a", "a")), List.of())).state().revision())
        .isEqualTo("r2");
    block("/etc/b");

    State after = apply(plan(List.of(file("/etc/b/x", "b")), List.of())).state();

    assertThat(after.revision()).isEmpty();
  }

  @Test
  void whatIsDueIsOnDiskBeforeTheFirstCommand() throws Exception {
    State earlier =
        new State("repo", "r1", new TreeMap<>(), new TreeMap<>(Map.of("restart a.service", "old")));
    StateFile.save(host, earlier);

    Applier.apply(
        plan(List.of(file("/etc/a", "a")), List.of(restart("a.service", "a"))),
        earlier,
        "repo",
        host,
        (tree, to) -> {},
        Progress.NONE);

    State seen = seenByFirstCommand.orElseThrow();
    assertThat(seen.activations()).isEmpty();
    assertThat(seen.owns(new Address("file", "/etc/a"))).isTrue();
    assertThat(seen.revision()).isEqualTo("r1");
  }

  @Test
  void whatAllStandOnEndsTheRunWhenItFails() throws Exception {
    block("/etc/a");

    Applied applied =
        apply(
            plan(
                List.of(file("/etc/a/x", "", "restart b.service"), file("/etc/b", "b")),
                List.of(restart("b.service", "b"))));

    assertThat(subjects(applied, Outcome.Skipped.class))
        .containsExactlyInAnyOrder("file /etc/b", "restart b.service");
    assertThat(commands).isEmpty();
    assertThat(temp.resolve("etc/b")).doesNotExist();
    assertThat(applied.state().revision()).isEmpty();
    assertThat(applied.state().trials().unfinished()).containsKey("run");
  }

  @Test
  void whatOnlyBelongsToNoAppKeepsNoneFromChanging() throws Exception {
    block("/etc/a");
    failing.add("systemctl restart broken.service");

    Applied applied =
        apply(
            plan(
                List.of(file("/etc/a/x", ""), file("/etc/b", "b")),
                List.of(restart("broken.service", ""), restart("b.service", "b"))));

    assertThat(subjects(applied, Outcome.Failed.class))
        .containsExactlyInAnyOrder("file /etc/a/x", "restart broken.service");
    assertThat(subjects(applied, Outcome.Done.class))
        .containsExactlyInAnyOrder("file /etc/b", "restart b.service");
    assertThat(applied.isSettled()).isFalse();
    // every app is where this commit has it: what repairs drift later must not go back before it
    assertThat(applied.state().revision()).isEqualTo("r2");
    assertThat(applied.state().activation("restart broken.service")).isEmpty();
    assertThat(applied.state().trials().unfinished()).isEmpty();
  }

  @Test
  void everyChangeAndHandlerHasOneOutcome() throws Exception {
    block("/etc/a");
    Plan plan =
        plan(
            List.of(file("/etc/a/x", "a"), file("/etc/b", "b"), file("/etc/c", "")),
            List.of(restart("a.service", "a"), restart("b.service", "b")));

    Applied applied = apply(plan);

    assertThat(applied.outcomes())
        .extracting(Outcome::subject)
        .containsExactlyInAnyOrder(
            "file /etc/a/x",
            "file /etc/b",
            "file /etc/c",
            "restart a.service",
            "restart b.service");
    assertThat(applied.isComplete()).isFalse();
    assertThat(applied.doneCount()).isEqualTo(3);
  }

  @Test
  void phasesHappenInTheirOrder() throws Exception {
    List<PhasedStep> actions =
        List.of(
            new PhasedStep(
                Phase.STOP_INSTANCES, new Step.Systemctl(Step.UnitVerb.STOP, "a.service")),
            new PhasedStep(Phase.SOCKETS, new Step.Systemctl(Step.UnitVerb.START, "a.socket")));
    Change change = file("/etc/a", "a").change();

    apply(
        PlanBuilder.of("r")
            .changes(List.of(new PlannedChange(change, actions)))
            .handlers(List.of(restart("a.service", "a")))
            .build());

    assertThat(commands)
        .containsSubsequence(
            "systemctl start a.socket", "systemctl restart a.service", "systemctl stop a.service");
  }

  @Test
  void anEmptyPlanWritesNothingButItsRevision() throws Exception {
    apply(plan(List.of(), List.of()));
    State state = StateFile.load(host.facts());
    Files.delete(temp.resolve("var/lib/reconcile/state.json"));

    Applier.apply(plan(List.of(), List.of()), state, "repo", host, (tree, to) -> {}, Progress.NONE);

    assertThat(state.revision()).isEqualTo("r2");
    assertThat(temp.resolve("var/lib/reconcile/state.json")).doesNotExist();
  }
}
