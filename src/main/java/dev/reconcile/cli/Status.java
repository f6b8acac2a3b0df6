package dev.reconcile.cli;

import dev.reconcile.apply.LastRun;
import dev.reconcile.apply.Memories;
import dev.reconcile.doctor.Evidence;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Memory;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.report.StatusJson;
import dev.reconcile.report.StatusText;
import dev.reconcile.report.Suspension;
import dev.reconcile.report.Times;
import dev.reconcile.source.Repository;
import dev.reconcile.status.Circumstances;
import dev.reconcile.status.Expected;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.Survey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The command {@code status}: how the host and its apps are doing. What should be there is what the
 * last applied commit says, from the cache of the repo: a plan of it is the drift.
 *
 * <p>Invariant: no repository is asked, and nothing but the page is written.
 */
final class Status {
  private final Arguments arguments;
  private final Console console;
  private final Hosts hosts;

  Status(Arguments arguments, Console console, Hosts hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
  }

  /** Prints it; fails if something is not well. */
  ExitCode run() throws Stop, HostException {
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootFolder.prepare(root, true);
    Instant now = Instant.now();
    Host host = hosts.open(root, RunName.at(now), Run.UNIT_PATTERNS);
    Hosts.requireRoot(
        host,
        "Only root can see how this machine is doing",
        "What reconcile remembers and what apps are started with is root's. Run it with sudo.");
    HostStatus status = of(arguments, host, now);
    Optional<String> page = arguments.value("html");
    if (page.isPresent()) {
      // on this machine a path is meant as anywhere else; in a tree it is one of the tree's
      Path typed = Path.of(page.get());
      Path place = host.facts().live() ? typed.toAbsolutePath().normalize() : typed;
      StatusFile.write(host, place.toString(), status);
    }
    console.print(
        arguments.has("json")
            ? StatusJson.of(status, Version.text())
            : StatusText.of(status, console.style()));
    return status.isWell() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** How a host is doing. */
  static HostStatus of(Arguments arguments, Host host, Instant now) throws Stop, HostException {
    Optional<Evidence.Holder> run = otherRun(host);
    Memory memory = Memories.load(host.facts());
    List<String> notices = new ArrayList<>();
    run.ifPresent(one ->
        notices.add(
            "A run is in progress since "
                + Times.text(one.since())
                + " (pid "
                + one.pid()
                + "); what is seen may be half done."));
    Suspending.of(host).ifPresent(word -> notices.add(words(word)));
    return Survey.of(
        host,
        memory,
        expected(arguments, host, memory),
        new Circumstances(Hostname.of(arguments), now, run.isPresent(), notices));
  }

  // The page is written by a run that still has the lock, and has done its work.
  private static Optional<Evidence.Holder> otherRun(Host host) throws HostException {
    return RunLock.holder(host).filter(one -> one.pid() != ProcessHandle.current().pid());
  }

  private static Expected expected(Arguments arguments, Host host, Memory memory)
      throws HostException {
    String revision = revision(host, memory);
    if (revision.isEmpty()) {
      return Expected.unknown("no commit has been applied yet.");
    }
    // what is remembered of sources says which commit of each app is live; none is asked
    try (Fetched fetched =
            Fetched.known(arguments, host, memory, Repository.Mode.TEMPORARY, revision);
        Reading reading =
            Reading.of(arguments, host, memory, fetched, Optional.of(Map.of()), diagnostic -> {})) {
      Options options = new Options(false, !arguments.has("no-prune"), -1, Set.of());
      Plan plan =
          Planner.plan(
              reading.desired(),
              Observer.observe(host.facts(), reading.desired(), memory),
              options);
      return new Expected(reading.apps(), Optional.of(plan), "");
    } catch (Stop e) {
      Set<String> why =
          e.diagnostics().stream()
              .map(Status::words)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      return Expected.unknown(String.join(" ", why));
    }
  }

  private static String words(Suspension word) {
    return "Suspended since "
        + word.since()
        + ", by word of "
        + word.by()
        + ": "
        + word.reason()
        + ". It goes on with: reconcile resume";
  }

  private static String words(Diagnostic diagnostic) {
    return diagnostic.summary() + ": " + diagnostic.detail();
  }

  // A commit that was applied in part is what the host should be like all the same; one that a
  // person went back to is what some apps should be like, and is not tried again.
  private static String revision(Host host, Memory memory) throws HostException {
    return LastRun.load(host.facts())
        .filter(run -> run.command().equals("apply") && !run.revision().isEmpty())
        .map(LastRun::revision)
        .orElse(memory.revision());
  }
}
