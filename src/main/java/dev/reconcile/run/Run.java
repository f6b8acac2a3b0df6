package dev.reconcile.run;

import dev.reconcile.app.AppDecoder;
import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Applier;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import dev.reconcile.code.ForeignFiles;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.State;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.plan.PruneProtection;
import dev.reconcile.plan.StateUpgrade;
import dev.reconcile.report.PlanText;
import dev.reconcile.report.RunReport;
import dev.reconcile.report.Suspension;
import dev.reconcile.source.Repository;
import dev.reconcile.source.Tip;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.state.StateFile;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.SitesNotRead;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/** One run of {@code apply} or {@code plan}: fetch, load, observe, plan, apply, report. */
public final class Run {
  private static final String PATIENCE = "0s";

  // The launcher asks first whether there is nothing to do, in a JVM that is ready for no more.
  private static final String KNOWN = "reconcile.known";
  private static final String KNOWN_ONLY = "only";
  private static final String KNOWN_NOT = "not";

  /** What a run is for. */
  public enum Goal {
    APPLY,
    PLAN,
    ROLLBACK
  }

  private final Goal goal;
  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;
  private final boolean dry;
  private final Instant started = Instant.now();
  private final String name = RunId.at(started);
  private final List<Diagnostic> said = new ArrayList<>();
  private final String known = System.getProperty(KNOWN, "");
  private boolean isHostAtFault;
  private Optional<Plan> plan = Optional.empty();
  private Optional<Applied> applied = Optional.empty();
  private OptionalInt apps = OptionalInt.empty();
  private Optional<Suspension> suspension = Optional.empty();

  /**
   * @param goal what it is for
   * @param arguments its options
   * @param hosts gives the host
   */
  public Run(Goal goal, Invocation arguments, Console console, HostFactory hosts) {
    this.goal = goal;
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
    this.dry = goal == Goal.PLAN || arguments.has("dry-run");
  }

  /** Whether this process only finds out if there is nothing to do. */
  public static boolean isOnlyAsking() {
    return System.getProperty(KNOWN, "").equals(KNOWN_ONLY);
  }

  /** Runs it to its end. */
  public ExitCode run() throws CommandFailed, HostException {
    StatusPageFile.of(arguments);
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootDirectory.prepare(root, dry);
    Host host = hosts.open(root, name, HostFactory.UNIT_PATTERNS);
    if (!dry) {
      HostFactory.requireRoot(
          host,
          "Only root can change this machine",
          "Run it with sudo, or try it on a directory tree with --root DIR.");
    }
    RunReporter ending = new RunReporter(goal, arguments, console, hosts, host, dry);
    if (dry) {
      return workAndReport(host, ending);
    }
    String patience = arguments.value("lock-timeout").orElse(PATIENCE);
    try (RunLock _ = RunLock.take(host, AppDecoder.duration(patience), "reconcile apply")) {
      return workAndReport(host, ending);
    }
  }

  // A run that ends early is reported like any other: what watches the reports must see it.
  private ExitCode workAndReport(Host host, RunReporter ending)
      throws CommandFailed, HostException {
    ExitCode code;
    try {
      code = work(host);
    } catch (CommandFailed e) {
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

  private ExitCode work(Host host) throws CommandFailed, HostException {
    if (goal == Goal.ROLLBACK) {
      return goBack(host, StateFile.load(host.facts()));
    }
    suspension = SuspensionFile.of(host);
    if (suspension.isPresent()) {
      say(SuspensionFile.notice(suspension.get()));
      if (!dry) {
        return ExitCode.OK;
      }
    }
    try (Repository repository = FetchedCommit.cache(arguments, host, mode(), this::fetching)) {
      NoopCheck unchanged = new NoopCheck(arguments, host, repository, started);
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

  private ExitCode inFull(Host host, Repository repository, NoopCheck unchanged)
      throws CommandFailed, HostException {
    unchanged.recall();
    State memory = StateFile.load(host.facts());
    try (FetchedCommit fetched =
            FetchedCommit.fetch(arguments, host, memory, repository, this::say);
        LoadedRevision reading = read(host, memory, fetched, Optional.empty())) {
      Plan made =
          converge(
              host,
              memory,
              reading,
              PlanOptionsParser.of(arguments, reading.desired().apps()),
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

  private LoadedRevision read(
      Host host, State memory, FetchedCommit fetched, Optional<Map<String, String>> pins)
      throws CommandFailed, HostException {
    return LoadedRevision.of(arguments, host, memory, fetched, pins, this::sayOnce);
  }

  // Where it goes back from is not tried again until it changes: the next run would undo this one.
  private ExitCode goBack(Host host, State memory) throws CommandFailed, HostException {
    RollbackTarget target =
        RollbackTarget.of(ManifestStore.all(host.facts()), arguments.word(), arguments.value("to"));
    SortedMap<String, String> present;
    try (FetchedCommit now =
            FetchedCommit.known(arguments, host, memory, mode(), memory.revision());
        LoadedRevision reading = read(host, memory, now, Optional.of(Map.of()))) {
      present = Planner.digests(reading.desired(), target.apps());
    }
    try (FetchedCommit then =
            FetchedCommit.known(arguments, host, memory, mode(), target.base().revision());
        LoadedRevision reading = read(host, memory, then, Optional.of(target.pins()))) {
      PlanOptions back = new PlanOptions(arguments.has("take-over"), true, -1, target.apps());
      SortedMap<String, String> past = Planner.digests(reading.desired(), target.apps());
      State held = target.hold(memory, present, past, host.runName());
      if (!dry) {
        StateFile.save(host, held);
      }
      Plan made = converge(host, held, reading, back, memory.repo());
      if (applied.isPresent()) {
        State after = applied.get().memory();
        StateFile.save(
            host,
            applied.get().isComplete()
                ? target.hold(after.withRevision(memory.revision()), present, past, host.runName())
                : after.withRevision(memory.revision()).withTrials(target.release(after, memory)));
      }
      return code(made, reading, false);
    }
  }

  private Plan converge(
      Host host, State memory, LoadedRevision reading, PlanOptions options, String repo)
      throws CommandFailed, HostException {
    DesiredState desired = reading.desired();
    apps = OptionalInt.of(desired.apps().size());
    SortedMap<String, VisitorCheck> sites = reading.sites();
    LiveState live =
        OwedReload.of(host.facts(), Observer.observe(host.facts(), desired, memory), sites);
    TakenOverDirectories taken = new TakenOverDirectories(host, reading, Hostname.of(arguments));
    TrialedPlan tried = TrialedPlan.of(host, desired, live, options, taken::faults, sites.values());
    isHostAtFault = tried.isHostAtFault();
    tried.units().forEach(this::say);
    tried.unread().ifPresent(this::say);
    if (dry) {
      tried.obstacles().forEach(this::say); // an apply comes upon them, and says so then
    }
    Plan made = tried.plan().with(ForeignFiles.warnings(host.facts(), tried.plan()));
    plan = Optional.of(made);
    if (!made.hasErrors() && !dry) {
      State numbered =
          StateUpgrade.of(memory, desired)
              .withNumbers(reading.numbers())
              .withProtected(PruneProtection.of(desired, memory, options));
      if (!numbered.equals(memory)) {
        StateFile.save(host, numbered);
      }
      applied =
          Optional.of(
              Applier.apply(
                  made, numbered, repo, host, reading.checkouts(), progress(made), sites));
      SiteFailure.merged(applied.get().unreached()).stream()
          .map(SiteFailure::diagnostic)
          .filter(one -> tried.unread().isEmpty() || !one.summary().equals(SitesNotRead.SUMMARY))
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

  private ExitCode code(Plan made, LoadedRevision reading, boolean stale) {
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

  private RunReport runReport(ExitCode code, List<Diagnostic> diagnostics) throws CommandFailed {
    return new RunReport(
        goal == Goal.ROLLBACK ? "rollback" : dry ? "plan" : "apply",
        name,
        Version.text(),
        FetchedCommit.masked(arguments.value("repo").orElse("")),
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
