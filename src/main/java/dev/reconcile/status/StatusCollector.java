// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.app.AppProcess;
import dev.reconcile.app.Balance;
import dev.reconcile.app.DataFolder;
import dev.reconcile.app.Schedule;
import dev.reconcile.app.Tls;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.MemoryKills;
import dev.reconcile.host.ScheduleFacts;
import dev.reconcile.host.UnitStatuses;
import dev.reconcile.kind.DataKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.Handovers;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.web.VisitorChecks;
import dev.reconcile.web.VisitorResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The collection of the status of a host and its apps. Invariants: it changes nothing, it starts no
 * app that does not run, and the number of processes that it creates does not grow with the apps.
 */
public final class StatusCollector {
  private static final List<String> UNITS =
      Stream.concat(Layout.SERVICE_PATTERNS.stream(), Stream.of("nginx.servic[e]")).toList();
  private static final String NGINX = "nginx.service";
  private static final int MOST_RUNS = 10;

  private final Host host;
  private final Facts facts;
  private final State state;
  private final ExpectedState expected;
  private final List<Manifest> history;
  private final CodeStatus code;
  private final SortedMap<String, UnitStatus> services;
  private final Map<String, Probe> probes = new HashMap<>();
  private final Map<String, Health> elsewhere = new HashMap<>();
  private Optional<Map<String, ScheduleFacts>> timers = Optional.empty();
  private final SortedMap<String, VisitorCheck> sites = new TreeMap<>();

  private StatusCollector(Host host, State state, ExpectedState expected, Instant now)
      throws HostException {
    this.host = host;
    this.facts = host.facts();
    this.state = state;
    this.expected = expected;
    this.history = ManifestStore.all(facts).reversed();
    this.code = new CodeStatus(facts, history);
    this.services =
        facts.live()
            ? MemoryKills.counted(
                host, UnitStatuses.withRestartsLately(host, UnitStatuses.ask(host, UNITS), now))
            : new TreeMap<>();
  }

  /**
   * Collects the status.
   *
   * @param host the host
   * @param state the state that earlier runs recorded
   * @param expected the desired state of the last applied commit
   * @param circumstances the context of the collection
   */
  public static HostStatus of(
      Host host, State state, ExpectedState expected, StatusContext circumstances)
      throws HostException {
    return new StatusCollector(host, state, expected, circumstances.now()).look(circumstances);
  }

  private HostStatus look(StatusContext circumstances) throws HostException {
    SortedMap<String, AppStatus> apps = new TreeMap<>();
    for (App app : expected.apps()) {
      apps.put(app.name(), look(app));
    }
    for (App app : expected.fronts()) {
      apps.put(app.name(), front(app));
    }
    for (OwnedResource resource : state.owned().values()) {
      if (!resource.app().isEmpty() && !apps.containsKey(resource.app())) {
        apps.put(resource.app(), remembered(resource.app()));
      }
    }
    Map<String, Health> answers = new HashMap<>(HealthChecks.ask(probes));
    answers.putAll(elsewhere);
    Map<String, VisitorResult> results = results(answers);
    apps.replaceAll((name, app) ->
        app.with(
            answers.getOrDefault(name, app.health()), results.getOrDefault(name, app.visitor())));
    for (App app : expected.apps()) {
      if (app.balance().isPresent()) {
        apps.computeIfPresent(app.name(), (_, one) -> balanced(one, app.balance().get(), app));
      }
    }
    return new HostStatus(
        circumstances.now(),
        circumstances.hostname(),
        state.repo(),
        state.revision(),
        LastRun.load(facts),
        List.copyOf(apps.values()),
        drift(""),
        state.trials().interrupted(circumstances.runGoesOn()),
        circumstances.notices(),
        RunChanges.of(facts, history, MOST_RUNS));
  }

  // An app that does not answer at its own address is the cause itself, and a visitor check would
  // wait for it again.
  private Map<String, VisitorResult> results(Map<String, Health> answers) throws HostException {
    SortedMap<String, VisitorCheck> asked = new TreeMap<>(sites);
    asked.keySet().removeIf(app -> !answers.containsKey(app) || isSilent(answers, app));
    return asked.isEmpty()
        ? Map.of()
        : new VisitorChecks(facts, services.getOrDefault(NGINX, UnitStatus.NOT_LOADED).mainPid())
            .receive(asked, HealthChecks.PATIENCE);
  }

  private static boolean isSilent(Map<String, Health> answers, String app) {
    Health health = answers.get(app);
    return health != null && health.status() == 0;
  }

  private static AppStatus balanced(AppStatus status, Balance balance, App app) {
    return balance.isFront()
        ? status.balancedTo(BalancedHosts.ask(app, balance))
        : status.with(status.health(), BalancedHosts.ofBack(status.visitor()));
  }

  // An app that other hosts run has no process here. Its health is that of these hosts.
  private AppStatus front(App app) throws HostException {
    List<BalancedHost> hosts =
        facts.live() ? BalancedHosts.ask(app, app.balance().orElseThrow()) : List.of();
    if (facts.live() && !state.maintenance().containsKey(app.name())) {
      app.visit().ifPresent(visit -> sites.put(app.name(), visit));
    }
    AppStatus status =
        status(
            app.probe(app.service(), ""),
            app.name(),
            new AppStatus.Source("", "", Optional.empty()),
            List.of(),
            app.site().map(App.Site::serverNames).orElse(List.of()),
            certificate(app),
            List.of(),
            List.of(),
            List.of());
    if (!hosts.isEmpty()) {
      elsewhere.put(app.name(), BalancedHosts.health(hosts));
    }
    return status.balancedTo(hosts);
  }

  private AppStatus look(App app) throws HostException {
    String address = expected.ports().address(app);
    if (!state.maintenance().containsKey(app.name())) {
      app.visit(address).ifPresent(visit -> sites.put(app.name(), visit));
    }
    List<ProcessStatus> processes = new ArrayList<>();
    boolean known = !expected.uncertain().contains(app.name());
    for (AppProcess process : app.processes()) {
      processes.add(
          look(
              process.name(),
              process.unit(),
              known ? process.workers() : 0,
              process.address(expected.ports())));
    }
    return status(
        app.probe(app.service(), address),
        app.name(),
        code.source(app),
        processes,
        app.visitedNames(),
        certificate(app),
        code.edited(app),
        app.data().stream().map(DataFolder::folder).toList(),
        schedules(app.layout(), app.background().schedules().stream().map(Schedule::name)));
  }

  // Describes an app that the last commit does not have, or whose commit is gone, by the last probe
  // that it answered.
  private AppStatus remembered(String name) throws HostException {
    Probe probe = state.trials().probes().get(name);
    Probe web =
        probe == null
            ? new Probe(new Layout(name).service(), "", "", "", "", 0, 0, Duration.ZERO)
            : probe;
    List<ProcessStatus> processes = new ArrayList<>();
    processes.add(look("web", web.unit(), 0, web.address()));
    for (OwnedResource resource : state.owned().values()) {
      String unit = resource.address().name();
      boolean other =
          resource.app().equals(name) && !unit.equals(web.unit()) && !Layout.isTimer(unit);
      if (other && resource.address().kind().equals(UnitKind.NAME)) {
        processes.add(look(unit, unit, 0, ""));
      }
    }
    return status(
        web,
        name,
        new AppStatus.Source("", "", Optional.empty()),
        processes,
        List.of(),
        Optional.empty(),
        List.of(),
        state.owned().values().stream()
            .filter(resource -> resource.app().equals(name))
            .map(OwnedResource::address)
            .filter(address -> address.kind().equals(DataKind.NAME))
            .map(Address::name)
            .toList(),
        schedules(
            new Layout(name),
            state.owned().values().stream()
                .filter(resource -> resource.app().equals(name))
                .map(resource -> resource.address().name())
                .filter(Layout::isTimer)
                .map(Layout::nameInApp)));
  }

  private List<ScheduleStatus> schedules(Layout app, Stream<String> names) throws HostException {
    List<ScheduleStatus> schedules = new ArrayList<>();
    for (String name : names.toList()) {
      if (facts.live() && timers.isEmpty()) {
        timers = Optional.of(ScheduleFacts.ask(host, Layout.SCHEDULE_PATTERNS));
      }
      ScheduleFacts recorded = ScheduleFacts.recorded(facts, app.lastRun(name));
      schedules.add(ScheduleStatus.of(app, name, timers, recorded));
    }
    return schedules;
  }

  private ProcessStatus look(String name, String unit, int workers, String address)
      throws HostException {
    Optional<UnitStatus> service =
        facts.live()
            ? Optional.of(services.getOrDefault(unit, UnitStatus.NOT_LOADED))
            : Optional.empty();
    return new ProcessStatus(name, unit, service, workers, address, listening(address));
  }

  private AppStatus status(
      Probe probe,
      String name,
      AppStatus.Source source,
      List<ProcessStatus> processes,
      List<String> serverNames,
      Optional<SiteCertificate> certificate,
      List<String> edited,
      List<String> data,
      List<ScheduleStatus> schedules)
      throws HostException {
    ProcessStatus web = processes.isEmpty() ? ProcessStatus.NONE : processes.getFirst();
    Health health = Health.notAsked("not asked, because it does not run");
    if (web.running() && web.listening().orElse(false)) {
      probes.put(name, probe);
    }
    return new AppStatus(
        name,
        source,
        processes,
        serverNames,
        health,
        VisitorResult.notAsked(notAsked(name, serverNames, health)),
        drift(name),
        certificate,
        hold(name),
        edited,
        data,
        schedules,
        Optional.ofNullable(state.maintenance().get(name)));
  }

  private String notAsked(String app, List<String> serverNames, Health health) {
    return state.maintenance().containsKey(app)
        ? "maintenance"
        : serverNames.isEmpty() ? "it has no site" : health.words();
  }

  private Optional<Boolean> listening(String address) throws HostException {
    if (!facts.live() || address.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        address.startsWith("unix:")
            ? facts.listenersOn(address.substring("unix:".length())) > 0
            : facts.listenerOn(Layout.portOf(address)).isPresent());
  }

  // Under a root directory the certificate may be missing, because nothing creates it there.
  private Optional<SiteCertificate> certificate(App app) throws HostException {
    Optional<String> path = app.site().flatMap(App.Site::tls).map(Tls::certificate);
    return path.isPresent() && (facts.live() || facts.stat(path.get()).isPresent())
        ? Optional.of(CertificateReader.read(facts, path.get()))
        : Optional.empty();
  }

  private Drift drift(String app) throws HostException {
    if (expected.plan().isEmpty()) {
      return Drift.unknown(expected.unknown());
    }
    Plan plan = expected.plan().get();
    Diagnostic held = plan.held().get(app);
    if (held != null) {
      return Drift.unknown(held.summary());
    }
    List<Drift.Difference> what = new ArrayList<>();
    SortedSet<String> waits = Handovers.waits(plan, state).get(app);
    if (waits != null) {
      waits.forEach(other -> what.add(Drift.Difference.waiting(other)));
    }
    for (PlannedChange planned : plan.changes()) {
      if (planned.change().app().equals(app)) {
        what.add(Drift.Difference.of(planned.change(), lostInterpreter(planned.change())));
      }
    }
    // A handler that follows from a change is no difference of its own. A handler that an earlier
    // run has left pending is one.
    if (what.isEmpty()
        && plan.changes().stream().noneMatch(planned -> planned.change().app().isEmpty())) {
      for (PendingHandler due : plan.handlersOf(app)) {
        what.add(Drift.Difference.of(due.handler().id() + " (" + due.reason() + ")"));
      }
    }
    if (app.isEmpty()) {
      plan.diagnostics().stream()
          .filter(Diagnostic::isError)
          .map(diagnostic -> "refuse: " + diagnostic.summary() + ": " + diagnostic.detail())
          .forEach(refusal -> what.add(Drift.Difference.of(refusal)));
    }
    return Drift.of(what);
  }

  // After an upgrade of the distribution an app may still run, but cannot start again without its
  // interpreter.
  private String lostInterpreter(Change change) throws HostException {
    Optional<String> before = ChangeLabels.interpreterBefore(change);
    return before.isPresent() && facts.stat(before.get()).isEmpty()
        ? " (its interpreter " + before.get() + " is gone)"
        : "";
  }

  private Optional<AppStatus.Hold> hold(String app) {
    Quarantine quarantine = state.trials().quarantine().get(app);
    if (quarantine != null) {
      return Optional.of(AppStatus.Hold.of(app, quarantine));
    }
    return expected
        .plan()
        .map(plan -> ((Map<String, Diagnostic>) plan.held()).get(app))
        .map(why -> new AppStatus.Hold(why, ""));
  }
}
