package dev.reconcile.cli;

import dev.reconcile.app.AppDecoder;
import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Applier;
import dev.reconcile.apply.Manifests;
import dev.reconcile.apply.Memories;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Visit;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.plan.Protection;
import dev.reconcile.plan.Upgraded;
import dev.reconcile.report.PlanText;
import dev.reconcile.report.RunReport;
import dev.reconcile.report.Suspension;
import dev.reconcile.source.Repository;
import dev.reconcile.source.Tip;
import dev.reconcile.web.Obstacle;
import dev.reconcile.web.Unread;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/** One run of {@code apply} or {@code plan}: fetch, load, observe, plan, apply, report. */
final class Run {
  private static final String PATIENCE = "0s";

  // The launcher asks first whether there is nothing to do, in a JVM that is ready for no more.
  private static final String KNOWN = "reconcile.known";
  private static final String KNOWN_ONLY = "only";
  private static final String KNOWN_NOT = "not";

  // Patterns, not names: systemd answers for what it has loaded and loads nothing to answer.
  static final List<String> UNIT_PATTERNS = List.of("gunicorn@*.service", "gunicorn@*.socket");

  private final Arguments arguments;
  private final Console console;
  private final Hosts hosts;
  private final boolean dry;
  private final Instant started = Instant.now();
  private final String name = RunName.at(started);
  private final List<Diagnostic> said = new ArrayList<>();
  private final String known = System.getProperty(KNOWN, "");
  private boolean isHostAtFault;
  private Optional<Plan> plan = Optional.empty();
  private Optional<Applied> applied = Optional.empty();
  private OptionalInt apps = OptionalInt.empty();
  private Optional<Suspension> suspension = Optional.empty();

  Run(Arguments arguments, Console console, Hosts hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
    this.dry = arguments.command() == Arguments.Command.PLAN || arguments.has("dry-run");
  }

  /** Whether this process only finds out if there is nothing to do. */
  static boolean isOnlyAsking() {
    return System.getProperty(KNOWN, "").equals(KNOWN_ONLY);
  }

  /** Runs it to its end. */
  ExitCode run() throws Stop, HostException {
    StatusFile.of(arguments);
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootFolder.prepare(root, dry);
    Host host = hosts.open(root, name, UNIT_PATTERNS);
    if (!dry) {
      Hosts.requireRoot(
          host,
          "Only root can change this machine",
          "Run it with sudo, or try it on a directory tree with --root DIR.");
    }
    Ending ending = new Ending(arguments, console, hosts, host, dry);
    if (dry) {
      return workAndReport(host, ending);
    }
    String patience = arguments.value("lock-timeout").orElse(PATIENCE);
    if (!Rule.DURATION.accepts(patience)) {
      throw Arguments.usage("Not a time", "--lock-timeout takes " + Rule.DURATION.meaning() + ".");
    }
    try (RunLock _ = RunLock.take(host, AppDecoder.duration(patience), "reconcile apply")) {
      return workAndReport(host, ending);
    }
  }

  // A run that ends early is reported like any other: what watches the reports must see it.
  private ExitCode workAndReport(Host host, Ending ending) throws Stop, HostException {
    ExitCode code;
    try {
      code = work(host);
    } catch (Stop e) {
      if (e.code() == ExitCode.USAGE) {
        throw e;
      }
      if (known.equals(KNOWN_ONLY)) {
        return ExitCode.NOT_KNOWN;
      }
      e.diagnostics().forEach(this::say);
      code = e.code();
    } catch (HostException e) {
      if (known.equals(KNOWN_ONLY)) {
        return ExitCode.NOT_KNOWN;
      }
      say(Diagnostic.error("The host does not let us", "" + e.getMessage()));
      if (console.isVerbose()) {
        console.trace(e);
      }
      code = ExitCode.FAILED;
    }
    return code == ExitCode.NOT_KNOWN ? code : ending.of(runReport(code, said), code);
  }

  private ExitCode work(Host host) throws Stop, HostException {
    if (arguments.command() == Arguments.Command.ROLLBACK) {
      return goBack(host, Memories.load(host.facts()));
    }
    suspension = Suspending.of(host);
    if (suspension.isPresent()) {
      say(Suspending.notice(suspension.get()));
      if (!dry) {
        return ExitCode.OK;
      }
    }
    try (Repository repository = Fetched.cache(arguments, host, mode(), this::fetching)) {
      Unchanged unchanged = new Unchanged(arguments, host, repository, started);
      if (!known.equals(KNOWN_NOT)) {
        plan = unchanged.plan(what -> console.detail("looking in full: not as before: " + what));
      }
      if (known.equals(KNOWN_ONLY) && plan.isEmpty()) {
        return ExitCode.NOT_KNOWN;
      }
      if (plan.isPresent()) {
        apps = OptionalInt.of(unchanged.apps());
        applied = dry ? Optional.empty() : Optional.of(Applied.NOTHING);
        return ExitCode.OK;
      }
      return inFull(host, repository, unchanged);
    }
  }

  private ExitCode inFull(Host host, Repository repository, Unchanged unchanged)
      throws Stop, HostException {
    unchanged.recall();
    Memory memory = Memories.load(host.facts());
    try (Fetched fetched = Fetched.fetch(arguments, host, memory, repository, this::say);
        Reading reading = read(host, memory, fetched, Optional.empty())) {
      Plan made =
          converge(
              host,
              memory,
              reading,
              PlanOptions.of(arguments, reading.desired().apps()),
              fetched.name());
      ExitCode code = code(made, reading, fetched.isStale());
      boolean silent = reading.advice().containsAll(said) && made.diagnostics().isEmpty();
      if (!dry && code == ExitCode.OK && made.isEmpty() && silent) {
        List<Tip> tips = new ArrayList<>(repository.tips());
        tips.addAll(reading.checkouts().tips());
        unchanged.remember(made, reading.desired().apps().size(), tips);
      }
      return code;
    }
  }

  private Runnable fetching(String url) {
    return console.mayTakeLong(url, "fetching")::close;
  }

  private Repository.Mode mode() {
    return dry ? Repository.Mode.TEMPORARY : Repository.Mode.KEEP;
  }

  private Reading read(
      Host host, Memory memory, Fetched fetched, Optional<Map<String, String>> pins)
      throws Stop, HostException {
    return Reading.of(arguments, host, memory, fetched, pins, this::sayOnce);
  }

  // Where it goes back from is not tried again until it changes: the next run would undo this one.
  private ExitCode goBack(Host host, Memory memory) throws Stop, HostException {
    Target target =
        Target.of(
            Manifests.all(host.facts()),
            arguments.line().getArgList().stream().findFirst(),
            arguments.value("to"));
    SortedMap<String, String> present;
    try (Fetched now = Fetched.known(arguments, host, memory, mode(), memory.revision());
        Reading reading = read(host, memory, now, Optional.of(Map.of()))) {
      present = Planner.digests(reading.desired(), target.apps());
    }
    try (Fetched then = Fetched.known(arguments, host, memory, mode(), target.base().revision());
        Reading reading = read(host, memory, then, Optional.of(target.pins()))) {
      Options back = new Options(arguments.has("take-over"), true, -1, target.apps());
      SortedMap<String, String> past = Planner.digests(reading.desired(), target.apps());
      Memory held = target.hold(memory, present, past, host.runName());
      if (!dry) {
        Memories.save(host, held);
      }
      Plan made = converge(host, held, reading, back, memory.repo());
      if (applied.isPresent()) {
        Memory after = applied.get().memory();
        Memories.save(
            host,
            applied.get().isComplete()
                ? target.hold(after.withRevision(memory.revision()), present, past, host.runName())
                : after.withRevision(memory.revision()).withTrials(target.release(after, memory)));
      }
      return code(made, reading, false);
    }
  }

  private Plan converge(Host host, Memory memory, Reading reading, Options options, String repo)
      throws Stop, HostException {
    DesiredState desired = reading.desired();
    apps = OptionalInt.of(desired.apps().size());
    SortedMap<String, Visit> sites = reading.sites();
    LiveState live =
        OwedReload.of(host.facts(), Observer.observe(host.facts(), desired, memory), sites);
    TakenFolders taken = new TakenFolders(host, reading, Hostname.of(arguments));
    Tried tried = Tried.of(host, desired, live, options, taken::faults, sites.values());
    isHostAtFault = tried.isHostAtFault();
    tried.units().forEach(this::say);
    tried.unread().ifPresent(this::say);
    if (dry) {
      tried.obstacles().forEach(this::say); // an apply comes upon them, and says so then
    }
    Plan made = tried.plan().with(ForeignFiles.warnings(host.facts(), tried.plan()));
    plan = Optional.of(made);
    if (!made.hasErrors() && !dry) {
      Memory numbered =
          Upgraded.of(memory, desired)
              .withNumbers(reading.numbers())
              .withProtected(Protection.of(desired, memory, options));
      if (!numbered.equals(memory)) {
        Memories.save(host, numbered);
      }
      applied =
          Optional.of(
              Applier.apply(
                  made, numbered, repo, host, reading.checkouts(), progress(made), sites));
      Obstacle.merged(applied.get().unreached()).stream()
          .map(Obstacle::diagnostic)
          .filter(one -> tried.unread().isEmpty() || !one.summary().equals(Unread.SUMMARY))
          .forEach(this::say);
    }
    return made;
  }

  private Console progress(Plan made) {
    if (!arguments.has("json") && !console.isQuiet() && !made.isEmpty()) {
      console.print(PlanText.of(made, console.style()) + "\n");
    }
    return console;
  }

  private void sayOnce(Diagnostic diagnostic) {
    if (!said.contains(diagnostic)) {
      say(diagnostic);
    }
  }

  private void say(Diagnostic diagnostic) {
    said.add(diagnostic);
    console.say(diagnostic);
  }

  private ExitCode code(Plan made, Reading reading, boolean stale) {
    boolean incomplete =
        applied.isPresent() && (!applied.get().isSettled() || !applied.get().unreached().isEmpty());
    if (made.hasErrors() || incomplete || reading.checkouts().isDegraded() || isHostAtFault) {
      return ExitCode.FAILED;
    }
    if (stale) {
      return ExitCode.UNAVAILABLE;
    }
    if (!made.held().isEmpty()
        || reading.postpones()
        || (applied.isPresent() && !applied.get().isComplete())) {
      return ExitCode.ROLLED_BACK;
    }
    return arguments.has("detailed-exitcode") && !made.isEmpty() ? ExitCode.CHANGED : ExitCode.OK;
  }

  private RunReport runReport(ExitCode code, List<Diagnostic> diagnostics) throws Stop {
    return new RunReport(
        arguments.command() == Arguments.Command.ROLLBACK ? "rollback" : dry ? "plan" : "apply",
        name,
        Version.text(),
        Fetched.masked(arguments.value("repo").orElse("")),
        started,
        Instant.now(),
        code.number(),
        diagnostics,
        plan,
        applied,
        apps,
        suspension);
  }
}
