// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.apply.PortProof;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ConfigurationFile;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.NetworkOptions;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Version;
import dev.reconcile.doctor.Checks;
import dev.reconcile.doctor.DoctorContext;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EngineCheckup;
import dev.reconcile.fleet.EtcdctlEngine;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Privileges;
import dev.reconcile.host.UnitStatuses;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.report.DoctorReport;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.Hostname;
import dev.reconcile.run.RunId;
import dev.reconcile.run.RunLock;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.WebAccess;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.StateFile;
import dev.reconcile.status.BackgroundStatus;
import dev.reconcile.trial.LiveNginx;
import dev.reconcile.web.NginxCommand;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.VisitorChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The collection of the facts for {@code doctor}, and the report of its findings.
 *
 * <p>Invariant: the command changes nothing.
 */
final class HostCheckup {
  private static final List<String> UNITS =
      Stream.concat(
              Stream.of(
                  "nginx.servic[e]",
                  "reconcile.servic[e]",
                  "reconcile.time[r]",
                  Layout.STANDBY_PATTERN),
              Layout.SERVICE_PATTERNS.stream())
          .toList();

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;

  HostCheckup(Invocation arguments, Console console, HostFactory hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
  }

  /** Prints the findings; returns {@code FAILED} if there is one. */
  ExitCode run() throws CommandFailed, HostException {
    if (!Privileges.isRoot()) {
      throw new CommandFailed(
          ExitCode.NOT_PERMITTED, "Root required", "Only root can check the whole host. Use sudo.");
    }
    Instant now = Instant.now();
    List<Diagnostic> findings =
        Checks.of(context(hosts.open(Path.of("/"), RunId.at(now), List.of()), now));
    console.print(
        arguments.has(CommonOptions.JSON)
            ? DoctorReport.json(findings, Version.text())
            : DoctorReport.text(findings, console.style()));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private DoctorContext context(Host host, Instant now) throws CommandFailed, HostException {
    Optional<String> named = arguments.value(CommonOptions.CONFIG);
    List<Diagnostic> mistakes = List.of();
    Map<String, List<String>> options = Map.of();
    try {
      options = ConfigurationFile.read(named);
    } catch (CommandFailed e) {
      mistakes = e.diagnostics();
    }
    boolean hasSystemd = host.facts().stat("/run/systemd/system").isPresent();
    SortedMap<String, UnitStatus> units =
        hasSystemd ? UnitStatuses.ask(host, UNITS) : new TreeMap<>();
    DoctorContext.Records records = records(host);
    Invocation configured = arguments.withConfiguration(options);
    return new DoctorContext(
        host.facts(),
        now,
        new DoctorContext.Configured(named.orElse(ConfigurationFile.USUAL.toString()), mistakes),
        repo(configured, console.environment(), host),
        records,
        units,
        nginx(host, records.state(), units),
        hasSystemd ? running(host, records.state(), now) : List.of(),
        fleet(host, Hostname.of(configured)));
  }

  private static List<Diagnostic> running(Host host, State state, Instant now)
      throws HostException {
    List<Diagnostic> found = new ArrayList<>();
    for (Step.Probe probe : state.trials().probes().values()) {
      PortProof port = new PortProof(host, probe);
      port.other()
          .map(holder -> Diagnostic.finding(PortProof.TAKEN, port.detail(holder), holder.stop()))
          .ifPresent(found::add);
    }
    found.addAll(BackgroundStatus.of(host, now).problems(now));
    return found;
  }

  private static Optional<DoctorContext.Fleet> fleet(Host host, String name) throws HostException {
    FleetRecord record;
    try {
      record = FleetRecordFile.load(host.facts());
    } catch (HostException e) {
      return Optional.of(new DoctorContext.Fleet(name, e.message(), false, false, List.of()));
    }
    if (record.engine().isEmpty()) {
      return Optional.empty();
    }
    EngineAddress engine = record.engine().get();
    EngineCheckup.Found found = new EngineCheckup.Found(false, List.of());
    if (host.facts().program("etcdctl").isPresent()) {
      found = new EngineCheckup(host, engine, EtcdctlEngine.FILES, name).find(record);
    }
    return Optional.of(
        new DoctorContext.Fleet(name, "", engine.isEncrypted(), found.answers(), found.findings()));
  }

  private static DoctorContext.Records records(Host host) throws HostException {
    State state = State.EMPTY;
    String damage = "";
    try {
      state = StateFile.load(host.facts());
    } catch (HostException e) {
      damage = e.message();
    }
    return new DoctorContext.Records(
        state, damage, LastRun.load(host.facts()), RunLock.holder(host), free(host));
  }

  // Only of running units: a request to a socket would start its service.
  private static DoctorContext.Nginx nginx(
      Host host, State state, SortedMap<String, UnitStatus> units) throws HostException {
    String rejection = rejection(host);
    SortedMap<String, VisitorCheck> visits = new TreeMap<>();
    for (Map.Entry<String, Step.Probe> probe : state.trials().probes().entrySet()) {
      VisitorCheck visit = VisitorCheck.of(probe.getKey(), probe.getValue());
      boolean runs = units.getOrDefault(visit.probe().unit(), UnitStatus.NOT_LOADED).running();
      if (runs && state.owns(LinkKind.address(visit.link()))) {
        visits.put(probe.getKey(), visit);
      }
    }
    if (visits.isEmpty() || host.facts().program("nginx").isEmpty()) {
      return new DoctorContext.Nginx(rejection, List.of(), List.of());
    }
    long master = units.getOrDefault("nginx.service", UnitStatus.NOT_LOADED).mainPid();
    VisitorChecks visitors = new VisitorChecks(host.facts(), master);
    SortedMap<String, SiteFailure> failures = new TreeMap<>();
    List<Diagnostic> unreadable = new ArrayList<>();
    visitors
        .receive(visits, PATIENCE)
        .forEach(
            (app, result) -> result.failure().ifPresent(failure -> failures.put(app, failure)));
    for (VisitorCheck visit : visits.values()) {
      unreadable.addAll(visitors.unreadable(visit));
    }
    return new DoctorContext.Nginx(rejection, SiteFailure.merged(failures), unreadable);
  }

  private static String rejection(Host host) throws HostException {
    if (host.facts().program("nginx").isEmpty()) {
      return "";
    }
    CommandRunner.Result result;
    try {
      result = LiveNginx.test(host);
    } catch (HostException e) {
      // A container may lack the right to create namespaces.
      result = host.run(NginxCommand.asking(host.facts(), "-t"));
    }
    return result.ok() ? "" : result.tail(3);
  }

  private static DoctorContext.Repo repo(
      Invocation configured, Map<String, String> environment, Host host)
      throws CommandFailed, HostException {
    Optional<String> text = configured.value(CommonOptions.REPO);
    WebAccess.use(NetworkOptions.of(configured, environment));
    if (text.isEmpty()) {
      return new DoctorContext.Repo("", Optional.empty(), Optional.empty());
    }
    String masked = Diagnostic.masked(text.get());
    Optional<RepoUrl> url = Optional.empty();
    Path cache = host.onDisk(LocalHost.STATE + "/repo.git");
    try (Repository repository = Repository.open(cache, Repository.Mode.TEMPORARY)) {
      url = Optional.of(RepoUrl.parse(text.get()));
      repository.tip(url.get(), configured.value(RunOptions.REF));
      return new DoctorContext.Repo(masked, url, Optional.empty());
    } catch (SourceException e) {
      return new DoctorContext.Repo(masked, url, Optional.of(e));
    }
  }

  private static long free(Host host) throws HostException {
    Path place = host.onDisk(LocalHost.STATE);
    try {
      return Files.getFileStore(Files.exists(place) ? place : host.onDisk("/")).getUsableSpace();
    } catch (IOException e) {
      throw new HostException("Cannot inspect the file system of " + place, e);
    }
  }
}
