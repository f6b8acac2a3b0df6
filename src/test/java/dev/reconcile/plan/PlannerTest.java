// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Role;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.report.PlanText;
import dev.reconcile.report.Style;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What follows from two states; nothing here reads a host. */
final class PlannerTest {
  private static final String RESTART_A = "restart a.service";
  private static final String RESTART_B = "restart b.service";
  private static final String RELOAD = "reload nginx";

  private final Map<Address, Declared> declared = new LinkedHashMap<>();
  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final Map<Address, Live> live = new LinkedHashMap<>();
  private final Map<String, String> due = new LinkedHashMap<>();
  private final Map<Address, OwnedResource> owned = new LinkedHashMap<>();
  private final Map<String, String> activations = new LinkedHashMap<>();
  private Set<String> apps = Set.of("a", "b");
  private Set<String> held = Set.of();
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();
  private Set<String> protectedApps = Set.of();
  private final Map<String, Quarantine> quarantine = new LinkedHashMap<>();
  private final Map<String, SortedSet<String>> unitFiles = new LinkedHashMap<>();
  private boolean services = true;

  private Address declare(String path, String app, Role role, String... notifies) {
    return declareAs("text", path, app, role, notifies);
  }

  private Address declareAs(String text, String path, String app, Role role, String... notifies) {
    Address address = new Address("file", path);
    declared.put(
        address,
        new Declared(
            address, spec(text), app, role, List.of(notifies), new Origin("x.yaml", 3, 1, "x")));
    return address;
  }

  private static FileKind.Spec spec(String text) {
    return new FileKind.Spec(Content.of(text), FileAttributes.root(0644));
  }

  private void handler(String id, Phase phase, String app, String... covers) {
    handlers.put(id, new Handler(id, phase, List.of(new Step.ReloadNginx()), List.of(covers), app));
  }

  private Address remember(String kind, String name, String app, Role role, String... notifies) {
    Address address = new Address(kind, name);
    owned.put(address, new OwnedResource(address, app, role, List.of(notifies)));
    Record spec =
        switch (kind) {
          case "file" -> spec("old");
          case "link" -> new LinkKind.Spec("/x");
          default -> new UnitKind.Spec(true);
        };
    live.put(address, new Live.Present(spec, false));
    return address;
  }

  private void present(Address address, String text, boolean marked) {
    live.put(address, new Live.Present(spec(text), marked));
  }

  private Plan plan() {
    return plan(PlanOptions.DEFAULT);
  }

  private Plan plan(PlanOptions options) {
    return Planner.plan(
        new DesiredState(
            "r",
            new TreeMap<>(declared),
            handlers,
            apps,
            held,
            faults,
            protectedApps,
            new RunLimits(3, 0)),
        new LiveState(
            new TreeMap<>(live),
            due,
            new State("", "", new TreeMap<>(owned), new TreeMap<>(activations))
                .withTrials(
                    new State.Trials(new TreeMap<>(quarantine), new TreeMap<>(), new TreeMap<>())),
            services,
            new TreeMap<>(),
            new TreeMap<>(unitFiles)),
        options);
  }

  private static PlanOptions only(String... apps) {
    return new PlanOptions(false, true, -1, Set.of(apps));
  }

  private static List<String> due(Plan plan) {
    return plan.handlers().stream().map(one -> one.handler().id()).toList();
  }

  private static List<String> changes(Plan plan) {
    return plan.changes().stream()
        .map(planned ->
            ChangeLabels.verb(planned.change()) + " " + planned.change().address().name())
        .toList();
  }

  /** As after an apply: all is there, and every handler has taken up what is there. */
  private void converge() {
    plan().handlers().forEach(one -> activations.putAll(one.activations()));
    declared
        .values()
        .forEach(one -> {
          live.put(one.address(), new Live.Present(one.spec(), false));
          owned.put(one.address(), OwnedResource.of(one));
        });
    assertThat(plan().isEmpty()).as("nothing is left to do").isTrue();
  }

  // ---- what is held

  private void quarantineA() {
    quarantine.put(
        "a",
        new Quarantine(
            ((Map<String, String>) plan().digests()).getOrDefault("a", ""), "run-1", "no answer"));
  }

  @Test
  void aRevisionInQuarantineStaysAwayAndTheOthersGoOn() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.FILE, RESTART_A, RELOAD);
    declare("/b", "b", Role.FILE, RELOAD);
    remember("file", "/old", "a", Role.FILE, RESTART_A);
    quarantineA();

    Plan plan = plan();
    assertThat(changes(plan)).containsExactly("create /b");
    assertThat(due(plan)).containsExactly(RELOAD);
    assertThat(plan.held()).containsOnlyKeys("a");
    assertThat(plan.hasErrors()).isFalse();
  }

  @Test
  void anotherRevisionEndsTheQuarantine() {
    declare("/a", "a", Role.FILE);
    quarantineA();
    declareAs("mended", "/a", "a", Role.FILE);

    assertThat(changes(plan())).containsExactly("create /a");
    assertThat(plan().held()).isEmpty();
  }

  @Test
  void namingTheAppEndsTheQuarantine() {
    declare("/a", "a", Role.FILE);
    quarantineA();

    assertThat(changes(plan())).isEmpty();
    assertThat(changes(plan(only("a")))).containsExactly("create /a");
  }

  @Test
  void aChangeOfTheHostsOwnEndsTheQuarantineOnce() {
    declare("/a", "a", Role.FILE);
    quarantineA();
    declare("/b", "b", Role.FILE);
    assertThat(changes(plan())).as("another app is no reason").containsExactly("create /b");

    declare("/host", "", Role.HOST_FILE);
    Plan plan = plan();
    assertThat(changes(plan)).containsExactly("create /a", "create /b", "create /host");
    assertThat(plan.held()).isEmpty();
    assertThat(plan.diagnostics())
        .extracting(Diagnostic::summary)
        .containsExactly("Retry of a quarantined app");
    assertThat(changes(plan(only("b")))).contains("create /b").doesNotContain("create /a");

    // it failed in a run that could not make the file
    quarantine.computeIfPresent("a", (app, one) -> one.withUndone(plan.hostChanges()));
    assertThat(changes(plan())).containsExactly("create /b", "create /host");
    declareAs("another", "/host", "", Role.HOST_FILE);
    assertThat(changes(plan())).containsExactly("create /a", "create /b", "create /host");
  }

  @Test
  void aChangedFileOfTheUnitThatIsNotOursEndsTheQuarantine() {
    String dropIn = "/etc/systemd/system/gunicorn@a.service.d/override.conf";
    declare("/etc/a", "a", Role.UNIT_FILE, "restart a.service");
    quarantineA();
    quarantine.computeIfPresent(
        "a", (app, one) -> one.withUnitFiles(Optional.of(new TreeSet<>(Set.of(dropIn + " 1")))));

    unitFiles.put("a", new TreeSet<>(Set.of(dropIn + " 1")));
    assertThat(plan().held()).as("the drop-in is as it was").containsKey("a");
    assertThat(plan().held().values()).allMatch(one -> one.detail().contains(dropIn));

    unitFiles.put("a", new TreeSet<>());
    assertThat(plan(only("b")).held()).as("another app was asked for").containsKey("a");
    assertThat(changes(plan())).containsExactly("create /etc/a");
    assertThat(plan().diagnostics())
        .extracting(one -> one.summary() + ": " + one.detail())
        .singleElement()
        .asString()
        .startsWith("Retry of a quarantined app")
        .endsWith(" Files of its units have changed on the host: " + dropIn + ".");
    unitFiles.put("a", new TreeSet<>(Set.of(dropIn + " 2")));
    assertThat(plan().held()).as("the drop-in was edited").isEmpty();
  }

  @Test
  void unknownUnitFilesEndNoQuarantine() {
    declare("/etc/a", "a", Role.UNIT_FILE, "restart a.service");
    quarantineA();

    assertThat(plan().held()).as("a record of an earlier version").containsKey("a");
    quarantine.computeIfPresent(
        "a", (app, one) -> one.withUnitFiles(Optional.of(new TreeSet<>(Set.of("/x 1")))));
    assertThat(plan().held()).as("the host's files could not be read").containsKey("a");
  }

  @Test
  void whatAPersonWentBackFromIsNotTriedBecauseOfTheHost() {
    declare("/a", "a", Role.FILE);
    quarantineA();
    quarantine.computeIfPresent("a", (app, one) -> Quarantine.byHand(one.digest(), "r", "r0"));
    declare("/host", "", Role.HOST_FILE);

    assertThat(changes(plan())).containsExactly("create /host");
    assertThat(plan().held()).containsOnlyKeys("a");
  }

  @Test
  void aHeldAppOwesTheHostNothing() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.FILE, RELOAD);
    declare("/b", "b", Role.FILE, RELOAD);
    converge();
    declareAs("bad", "/a", "a", Role.FILE, RELOAD);
    quarantineA();

    assertThat(plan().isEmpty()).isTrue();
  }

  @Test
  void aHandlerOfAHeldAppHasNoFollowers() {
    Handler.Seamless switches = new Handler.Seamless("a.service", List.of(), List.of(RELOAD));
    handlers.put(
        RESTART_A,
        new Handler(
            RESTART_A,
            Phase.INSTANCES,
            List.of(),
            List.of(),
            "a",
            List.of(),
            Optional.of(switches)));
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.UNIT_FILE, RESTART_A);
    declare("/b", "b", Role.SITE, RELOAD);
    converge();
    live.put(UnitKind.address("a.service"), new Live.Present(new UnitKind.Spec(true), false));
    declareAs("bad", "/a", "a", Role.UNIT_FILE, RESTART_A);
    assertThat(due(plan())).containsExactly(RESTART_A, RELOAD);
    quarantineA();

    assertThat(plan().isEmpty()).as("its requests were never led away").isTrue();
  }

  @Test
  void aTimerIsStoppedBeforeItsTimesChangeAlsoWhenTheyAreRepaired() {
    Step.Systemctl stop = new Step.Systemctl(Step.UnitVerb.STOP, "a.timer");
    handlers.put(
        RESTART_A,
        new Handler(
            RESTART_A,
            Phase.TARGET,
            List.of(new Step.StartTimer("a.timer")),
            List.of(),
            "a",
            List.of(),
            Optional.of(
                new Handler.Seamless(
                    "a.timer",
                    List.of(
                        new PhasedStep(Phase.DISABLE, stop),
                        new PhasedStep(Phase.TARGET, new Step.StartTimer("a.timer"))),
                    List.of()))));
    Address times = declare("/times", "a", Role.UNIT_FILE, RESTART_A);
    converge();
    live.put(UnitKind.address("a.timer"), new Live.Present(new UnitKind.Spec(true), false));
    present(times, "edited by hand", false);

    assertThat(plan().handlers().getFirst().actions())
        .contains(new PhasedStep(Phase.DISABLE, stop));
  }

  // ---- what differs

  @Test
  void whatIsMissingIsCreatedAndClaimed() {
    Address address = declare("/a", "a", Role.FILE);

    Plan plan = plan();

    assertThat(changes(plan)).containsExactly("create /a");
    assertThat(plan.claims()).extracting(OwnedResource::address).containsExactly(address);
  }

  @Test
  void whatIsOursAndDiffersIsUpdated() {
    Address address = declare("/a", "a", Role.FILE);
    remember("file", "/a", "a", Role.FILE);
    present(address, "other", false);

    assertThat(changes(plan())).containsExactly("update /a");
  }

  @Test
  void whatIsForeignAndDiffersIsRefusedAtItsPlace() {
    Address address = declare("/a", "a", Role.FILE);
    present(address, "other", false);

    Plan plan = plan();

    assertThat(plan.changes()).isEmpty();
    assertThat(plan.claims()).isEmpty();
    assertThat(plan.hasErrors()).as("other apps converge").isFalse();
    assertThat(plan.held())
        .hasEntrySatisfying(
            "a",
            diagnostic -> {
              assertThat(diagnostic.isError()).isTrue();
              assertThat(diagnostic.detail()).contains("/a").contains("--take-over");
              assertThat(diagnostic.origin().orElseThrow().line()).isEqualTo(3);
            });
  }

  @Test
  void whatIsForeignIsTakenOverOnlyIfDeclared() {
    Address address = declare("/a", "a", Role.FILE);
    present(address, "other", false);
    present(new Address("file", "/b"), "other", false);

    Plan plan = plan(new PlanOptions(true, true, -1, Set.of()));

    assertThat(changes(plan)).containsExactly("take over /a");
  }

  @Test
  void whatCarriesOurMarkIsOurs() {
    Address address = declare("/a", "a", Role.FILE);
    present(address, "other", true);

    assertThat(changes(plan())).containsExactly("update /a");
  }

  @Test
  void whatIsForeignButRightIsNotClaimed() {
    Address address = declare("/a", "a", Role.FILE);
    present(address, "text", false);

    Plan plan = plan();

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.claims()).isEmpty();
    assertThat(plan.unchanged()).isEqualTo(1);
  }

  @Test
  void whatTheHostCannotHaveIsLeftOut() {
    Address address = declare("/a", "a", Role.FILE);
    live.put(address, new Live.Unknowable("services"));

    Plan plan = plan();

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.leftOut()).containsExactly("services");
  }

  // ---- handlers

  @Test
  void aChangeMakesItsHandlersDueAndOthersNot() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler(RESTART_B, Phase.INSTANCES, "b");
    Address a = declare("/a", "a", Role.FILE, RESTART_A);
    declare("/b", "b", Role.FILE, RESTART_B);
    converge();

    present(a, "drifted", false);

    assertThat(due(plan())).containsExactly(RESTART_A);
    assertThat(plan().handlers().getFirst().reason()).isEqualTo("file /a changes");
  }

  @Test
  void aHandlerThatIsNotKnownToHaveRunIsDue() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    declare("/a", "a", Role.FILE, RESTART_A);
    converge();

    activations.clear();

    assertThat(plan().changes()).isEmpty();
    assertThat(due(plan())).containsExactly(RESTART_A);
  }

  @Test
  void aHandlerThatRanForOtherContentIsDue() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    declareAs("one", "/a", "a", Role.FILE, RESTART_A);
    converge();
    declareAs("two", "/a", "a", Role.FILE, RESTART_A);
    present(new Address("file", "/a"), "two", false);

    assertThat(plan().changes()).isEmpty();
    assertThat(due(plan())).containsExactly(RESTART_A);
  }

  @Test
  void aHandlerThatTheHostAsksForIsDue() {
    handler("daemon-reload", Phase.DAEMON_RELOAD, "");
    declare("/a", "a", Role.UNIT_FILE, "daemon-reload");
    converge();

    due.put("daemon-reload", "systemd has not read it");

    assertThat(due(plan())).containsExactly("daemon-reload");
  }

  @Test
  void aHandlerThatAnotherCoversIsNotRunTwice() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler("restart a.socket", Phase.INSTANCES, "a", RESTART_A);
    declare("/env", "a", Role.FILE, RESTART_A);
    declare("/socket", "a", Role.FILE, "restart a.socket");

    Plan plan = plan();

    assertThat(due(plan)).containsExactly("restart a.socket");
    assertThat(plan.handlers().getFirst().activations().keySet())
        .containsExactlyInAnyOrder("restart a.socket", RESTART_A);
    converge();
  }

  @Test
  void handlersRunInTheOrderOfTheirPhases() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    handler(RESTART_B, Phase.INSTANCES, "b");
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler("daemon-reload", Phase.DAEMON_RELOAD, "");
    declare("/a", "a", Role.FILE, RELOAD, RESTART_B, "daemon-reload", RESTART_A);

    assertThat(due(plan())).containsExactly("daemon-reload", RESTART_A, RESTART_B, RELOAD);
  }

  @Test
  void aDeletionMakesTheHandlersOfWhatWentDue() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    remember("file", "/site", "gone", Role.SITE, RELOAD, "restart gone.service");

    assertThat(due(plan())).containsExactly(RELOAD);
  }

  @Test
  void aDirectoryTreeHasNoHandlers() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.SITE, RELOAD);
    services = false;

    assertThat(due(plan())).isEmpty();
  }

  // ---- only

  @Test
  void onlyOneAppIsDealtWith() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler(RESTART_B, Phase.INSTANCES, "b");
    declare("/a", "a", Role.FILE, RESTART_A);
    declare("/b", "b", Role.FILE, RESTART_B);
    remember("file", "/c", "c", Role.FILE);

    Plan plan = plan(only("a"));

    assertThat(changes(plan)).containsExactly("create /a");
    assertThat(due(plan)).containsExactly(RESTART_A);
  }

  @Test
  void withOnlyWhatAppsStandOnIsMadeButNotChanged() {
    declare("/a", "a", Role.FILE);
    declare("/target", "", Role.UNIT_FILE);
    Address template = declare("/template", "", Role.UNIT_FILE);
    remember("file", "/template", "", Role.UNIT_FILE);
    present(template, "older", false);

    assertThat(changes(plan(only("a")))).containsExactly("create /a", "create /target");
  }

  @Test
  void withOnlyAHandlerOfTheHostStaysDueForTheOthers() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.SITE, RELOAD);
    declare("/b", "b", Role.SITE, RELOAD);

    Plan plan = plan(only("a"));

    assertThat(due(plan)).containsExactly(RELOAD);
    activations.putAll(plan.handlers().getFirst().activations());
    declared.values().forEach(one -> live.put(one.address(), new Live.Present(one.spec(), true)));
    assertThat(due(plan())).contains(RELOAD);
  }

  @Test
  void withOnlyWhatAKilledRunOwedThatAppIsDue() {
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler(RESTART_B, Phase.INSTANCES, "b");
    declare("/a", "a", Role.FILE, RESTART_A);
    declare("/b", "b", Role.FILE, RESTART_B);
    converge();

    activations.clear();

    assertThat(due(plan(only("a")))).containsExactly(RESTART_A);
  }

  @Test
  void withOnlyWhatAKilledRunOwedTheHostIsDueUntilItHasRun() {
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    declare("/a", "a", Role.SITE, RELOAD);
    declare("/b", "b", Role.SITE, RELOAD);
    converge();

    activations.clear();
    Plan plan = plan(only("a"));
    assertThat(due(plan)).containsExactly(RELOAD);

    activations.putAll(plan.handlers().getFirst().activations());
    assertThat(due(plan(only("a")))).isEmpty();
  }

  @Test
  void withOnlyWhatTheHostAsksForIsDue() {
    handler("daemon-reload", Phase.DAEMON_RELOAD, "");
    declare("/a", "a", Role.UNIT_FILE, "daemon-reload");
    converge();

    due.put("daemon-reload", "systemd has not read it");

    assertThat(due(plan(only("a")))).containsExactly("daemon-reload");
  }

  // ---- removal

  @Test
  void whatIsRememberedAndNoLongerDeclaredIsDeleted() {
    remember("file", "/old", "a", Role.SITE);

    assertThat(changes(plan())).containsExactly("delete /old");
  }

  @Test
  void whatIsGoneAlreadyIsForgotten() {
    Address address = remember("file", "/old", "a", Role.FILE);
    live.remove(address);

    assertThat(plan().isEmpty()).isTrue();
    assertThat(plan().forgotten()).containsExactly(address);
  }

  @Test
  void whatSomeoneReplacedByAnotherThingStays() {
    Address address = remember("file", "/old", "a", Role.FILE);
    live.put(address, new Live.Obstructed("a directory"));

    assertThat(plan().changes()).isEmpty();
    assertThat(plan().forgotten()).containsExactly(address);
    assertThat(plan().diagnostics()).singleElement().matches(d -> !d.isError());
  }

  @Test
  void aKindThatIsNoLongerKnownIsLeftAlone() {
    Address address = new Address("php_pool", "x");
    owned.put(address, new OwnedResource(address, "a", Role.FILE, List.of()));

    assertThat(plan().isEmpty()).isTrue();
    assertThat(plan().forgotten()).isEmpty();
  }

  @Test
  void removalRunsTheOtherWayRound() {
    remember("file", "/site", "gone", Role.SITE);
    remember("link", "/site-link", "gone", Role.SITE_LINK);
    remember("link", "/wants", "gone", Role.ENABLEMENT);
    remember("unit", "gone.service", "gone", Role.INSTANCE);
    remember("file", "/unit", "gone", Role.UNIT_FILE);
    remember("file", "/env", "gone", Role.FILE);

    List<String> order =
        plan().changes().stream()
            .flatMap(planned ->
                planned.actions().stream()
                    .map(action -> Map.entry(action.phase(), planned.change().address().name())))
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();

    assertThat(order)
        .containsExactly("/wants", "/site-link", "/site", "gone.service", "/unit", "/env");
  }

  @Test
  void settingsThatAnAppThatStaysNoLongerNeedsGoBeforeItsRestart() {
    remember("file", "/drop-in", "a", Role.UNIT_FILE);
    remember("file", "/env", "a", Role.FILE);
    remember("file", "/env-of-gone", "gone", Role.FILE);

    Map<String, Phase> phases = new TreeMap<>();
    for (PlannedChange planned : plan().changes()) {
      for (PhasedStep action : planned.actions()) {
        phases.put(planned.change().address().name(), action.phase());
      }
    }

    assertThat(phases.get("/drop-in")).isLessThan(Phase.DAEMON_RELOAD);
    assertThat(phases.get("/env")).isLessThan(Phase.INSTANCES);
    assertThat(phases.get("/env-of-gone")).isGreaterThan(Phase.STOP_INSTANCES);
  }

  @Test
  void aHeldAppStaysExactlyAsItIs() {
    remember("file", "/a", "a", Role.FILE);
    held = Set.of("a");

    assertThat(plan().isEmpty()).isTrue();
    assertThat(plan().forgotten()).isEmpty();
  }

  @Test
  void anAppWithAFaultInItsSourceStaysExactlyAsItIsAndTheOthersGoOn() {
    declare("/a", "a", Role.FILE);
    declare("/b", "b", Role.FILE);
    remember("file", "/old", "a", Role.FILE);
    faults.put("a", Diagnostic.error("Symbolic link in the repository", "detail"));

    assertThat(changes(plan())).containsExactly("create /b");
    assertThat(plan().held()).containsOnlyKeys("a");
    assertThat(plan().hasErrors()).isFalse();
  }

  @Test
  void aProtectedAppIsNotPruned() {
    remember("file", "/c", "c", Role.FILE);
    protectedApps = Set.of("c");

    assertThat(plan().changes()).isEmpty();
    assertThat(plan().diagnostics()).singleElement().matches(d -> d.detail().contains("protected"));
  }

  @Test
  void withoutPruningNothingIsDeleted() {
    remember("file", "/c", "c", Role.FILE);

    Plan plan = plan(new PlanOptions(false, false, -1, Set.of()));

    assertThat(plan.changes()).isEmpty();
    assertThat(plan.forgotten()).isEmpty();
  }

  @Test
  void theBudgetCountsAnAppOnce() {
    for (int i = 0; i < 9; i++) {
      remember("file", "/c" + i, "c", Role.FILE);
    }

    assertThat(plan().hasErrors()).isFalse();
  }

  @Test
  void moreDeletionsThanTheBudgetAreAnError() {
    for (int i = 0; i < 4; i++) {
      remember("file", "/host" + i, "", Role.FILE);
    }

    assertThat(plan().diagnostics())
        .extracting(Diagnostic::summary)
        .containsExactly("Too many deletions");
    assertThat(plan(new PlanOptions(false, true, 4, Set.of())).hasErrors()).isFalse();
    assertThat(plan(new PlanOptions(false, true, 0, Set.of())).hasErrors()).isTrue();
  }

  @Test
  void theBudgetHoldsOnAHostThatHasNoApps() {
    for (int i = 0; i < 4; i++) {
      remember("file", "/host" + i, "", Role.FILE);
    }
    apps = Set.of();

    assertThat(plan().diagnostics())
        .extracting(Diagnostic::summary)
        .containsExactly("Too many deletions");
  }

  @Test
  void aRepoWithoutAnyAppPrunesNoneByItself() {
    remember("file", "/c", "c", Role.FILE);
    apps = Set.of();

    assertThat(plan().diagnostics())
        .extracting(Diagnostic::summary)
        .containsExactly("No apps in the desired state");
    assertThat(plan(new PlanOptions(false, true, 1, Set.of())).hasErrors()).isFalse();
  }

  // ---- the same bytes for the same states

  @Test
  void thePlanDoesNotDependOnTheOrderOfWhatItIsMadeOf() {
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      String app = i % 2 == 0 ? "a" : "b";
      Address address = declare("/f" + i, app, Role.FILE, i % 3 == 0 ? RESTART_A : RELOAD);
      if (i % 4 == 0) {
        remember("file", "/f" + i, app, Role.FILE);
        present(address, "other", false);
      }
      remember("file", "/gone" + i, "gone", Role.SITE, RELOAD);
    }
    handler(RESTART_A, Phase.INSTANCES, "a");
    handler(RELOAD, Phase.NGINX_RELOAD, "");
    String first = PlanText.of(plan(), Style.PLAIN);

    for (int i = 0; i < 50; i++) {
      Stream.of(declared, handlers, live, owned).forEach(map -> shuffle(map, random));

      assertThat(PlanText.of(plan(), Style.PLAIN)).isEqualTo(first);
    }
  }

  private static <K, V> void shuffle(Map<K, V> map, Random random) {
    List<Map.Entry<K, V>> entries = new ArrayList<>(map.entrySet());
    Collections.shuffle(entries, random);
    map.clear();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
  }

  @Test
  void stepsAreNotAffectedByTheReason() {
    Address address = declare("/a", "a", Role.FILE, RESTART_A);
    handler(RESTART_A, Phase.INSTANCES, "a");
    List<PendingHandler> created = plan().handlers();
    remember("file", "/a", "a", Role.FILE);
    present(address, "other", false);
    List<PendingHandler> updated = plan().handlers();

    assertThat(created.getFirst().reason()).isNotEqualTo(updated.getFirst().reason());
    assertThat(created.getFirst().actions()).isEqualTo(updated.getFirst().actions());
    assertThat(plan().changes().getFirst().change()).isInstanceOf(Change.Update.class);
  }
}
