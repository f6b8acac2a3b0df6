package dev.reconcile.cli;

import dev.reconcile.apply.LastRun;
import dev.reconcile.apply.Memories;
import dev.reconcile.doctor.Evidence;
import dev.reconcile.doctor.Examination;
import dev.reconcile.doctor.Finding;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Services;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Service;
import dev.reconcile.model.Step;
import dev.reconcile.model.Visit;
import dev.reconcile.report.DoctorReport;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.WebAccess;
import dev.reconcile.trial.LiveNginx;
import dev.reconcile.web.NginxCommand;
import dev.reconcile.web.Obstacle;
import dev.reconcile.web.Shut;
import dev.reconcile.web.Visitors;
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

/**
 * The command {@code doctor}: what is missing or odd on this machine, and the command that mends
 * it.
 *
 * <p>Invariant: it changes nothing.
 */
final class Doctor {
  private static final List<String> UNITS =
      List.of(
          "nginx.servic[e]",
          "reconcile.servic[e]",
          "reconcile.time[r]",
          "reconcile-bridge-*",
          "gunicorn@*.service");

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Arguments arguments;
  private final Console console;
  private final Hosts hosts;

  Doctor(Arguments arguments, Console console, Hosts hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
  }

  /** Prints what is found; fails if it is anything. */
  ExitCode run() throws Stop, HostException {
    if (!Hosts.isRoot()) {
      throw new Stop(
          ExitCode.NOT_PERMITTED, "Only root can look at everything", "Run it with sudo.");
    }
    Instant now = Instant.now();
    List<Finding> findings =
        Examination.of(evidence(hosts.open(Path.of("/"), RunName.at(now), List.of()), now));
    console.print(
        arguments.has("json")
            ? DoctorReport.json(findings, Version.text())
            : DoctorReport.text(findings, console.style()));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private Evidence evidence(Host host, Instant now) throws Stop, HostException {
    Optional<String> named = arguments.value("config");
    List<Diagnostic> mistakes = List.of();
    Map<String, List<String>> options = Map.of();
    try {
      options = Configuration.read(named);
    } catch (Stop e) {
      mistakes = e.diagnostics();
    }
    Memory memory = Memory.EMPTY;
    String damage = "";
    try {
      memory = Memories.load(host.facts());
    } catch (HostException e) {
      damage = "" + e.getMessage();
    }
    boolean hasSystemd = host.facts().stat("/run/systemd/system").isPresent();
    SortedMap<String, Service> units = hasSystemd ? Services.ask(host, UNITS) : new TreeMap<>();
    return new Evidence(
        host.facts(),
        now,
        new Evidence.Configured(named.orElse(Configuration.USUAL.toString()), mistakes),
        repo(arguments.withConfiguration(options), console.environment(), host),
        memory,
        damage,
        LastRun.load(host.facts()),
        refusedByNginx(host),
        units,
        RunLock.holder(host),
        free(host),
        sites(host, memory, units));
  }

  // Only of what runs: to ask for what does not would start it.
  private static Evidence.Sites sites(Host host, Memory memory, SortedMap<String, Service> units)
      throws HostException {
    SortedMap<String, Visit> visits = new TreeMap<>();
    for (Map.Entry<String, Step.Probe> one : memory.trials().probes().entrySet()) {
      Visit visit = Visit.of(one.getKey(), one.getValue());
      boolean runs = units.getOrDefault(visit.probe().unit(), Service.NOT_LOADED).running();
      if (runs && memory.owns(new Address("link", visit.link()))) {
        visits.put(one.getKey(), visit);
      }
    }
    if (visits.isEmpty() || host.facts().program("nginx").isEmpty()) {
      return Evidence.Sites.OPEN;
    }
    long master = units.getOrDefault("nginx.service", Service.NOT_LOADED).mainPid();
    Visitors visitors = new Visitors(host.facts(), master);
    SortedMap<String, Obstacle> obstacles = new TreeMap<>();
    List<Shut> shut = new ArrayList<>();
    visitors
        .receive(visits, PATIENCE)
        .forEach((app, one) -> one.obstacle().ifPresent(what -> obstacles.put(app, what)));
    for (Visit visit : visits.values()) {
      shut.addAll(visitors.shut(visit));
    }
    return new Evidence.Sites(Obstacle.merged(obstacles), shut);
  }

  private static String refusedByNginx(Host host) throws HostException {
    if (host.facts().program("nginx").isEmpty()) {
      return "";
    }
    CommandRunner.Result result;
    try {
      result = LiveNginx.test(host);
    } catch (HostException e) {
      result =
          host.run(
              NginxCommand.asking(
                  host.facts(), "-t")); // a container without the right to namespaces
    }
    return result.ok() ? "" : result.tail(3);
  }

  private static Evidence.Repo repo(
      Arguments configured, Map<String, String> environment, Host host) throws Stop, HostException {
    Optional<String> text = configured.value("repo");
    WebAccess.use(Network.of(configured, environment));
    if (text.isEmpty()) {
      return new Evidence.Repo("", Optional.empty(), Optional.empty());
    }
    String masked = Diagnostic.masked(text.get());
    Optional<RepoUrl> url = Optional.empty();
    Path cache = host.onDisk(LocalHost.STATE + "/repo.git");
    try (Repository repository = Repository.open(cache, Repository.Mode.TEMPORARY)) {
      url = Optional.of(RepoUrl.parse(text.get()));
      repository.tip(url.get(), configured.value("ref"));
      return new Evidence.Repo(masked, url, Optional.empty());
    } catch (SourceException e) {
      return new Evidence.Repo(masked, url, Optional.of(e));
    }
  }

  private static long free(Host host) throws HostException {
    Path place = host.onDisk(LocalHost.STATE);
    try {
      return Files.getFileStore(Files.exists(place) ? place : host.onDisk("/")).getUsableSpace();
    } catch (IOException e) {
      throw new HostException("Cannot look at the file system of " + place, e);
    }
  }
}
