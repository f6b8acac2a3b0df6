package dev.reconcile.cli;

import dev.reconcile.app.AppDecoder;
import dev.reconcile.app.Expansion;
import dev.reconcile.app.Preflight;
import dev.reconcile.app.Templates;
import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Applier;
import dev.reconcile.apply.Memories;
import dev.reconcile.desired.Book;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.Address;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Suggestion;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.plan.Protection;
import dev.reconcile.report.AppliedText;
import dev.reconcile.report.PlanText;
import dev.reconcile.report.RunJson;
import dev.reconcile.report.RunReport;
import dev.reconcile.source.Repository;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One run of {@code apply} or {@code plan}: fetch, load, observe, plan, apply, report. */
final class Run {
  private static final String LAST_RUN = LocalHost.STATE + "/last-run.json";
  private static final String PATIENCE = "0s";

  // Patterns, not names: systemd answers for what it has loaded and loads nothing to answer.
  private static final List<String> UNIT_PATTERNS =
      List.of("gunicorn@*.service", "gunicorn@*.socket");

  private final Arguments arguments;
  private final Console console;
  private final Hosts hosts;
  private final boolean dry;
  private final Instant started = Instant.now();
  private final List<Diagnostic> said = new ArrayList<>();
  private Optional<Plan> plan = Optional.empty();
  private Optional<Applied> applied = Optional.empty();

  Run(Arguments arguments, Console console, Hosts hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
    this.dry = arguments.command() == Arguments.Command.PLAN || arguments.has("dry-run");
  }

  /** Runs it to its end. */
  ExitCode run() throws Stop, HostException {
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootFolder.prepare(root, dry);
    Host host = hosts.open(root, name(), UNIT_PATTERNS);
    refuseWithoutRights(host);
    if (dry) {
      return workAndReport(host);
    }
    String patience = arguments.value("lock-timeout").orElse(PATIENCE);
    if (!Rule.DURATION.accepts(patience)) {
      throw Arguments.usage("Not a time", "--lock-timeout takes " + Rule.DURATION.meaning() + ".");
    }
    try (RunLock _ = RunLock.take(host, AppDecoder.duration(patience), "reconcile apply")) {
      return workAndReport(host);
    }
  }

  // A run that ends early is reported like any other: what watches the reports must see it.
  private ExitCode workAndReport(Host host) throws Stop, HostException {
    try {
      return report(host, work(host));
    } catch (Stop e) {
      if (e.code() == ExitCode.USAGE) {
        throw e;
      }
      e.diagnostics().forEach(this::say);
      return report(host, e.code());
    } catch (HostException e) {
      say(Diagnostic.error("The host does not let us", "" + e.getMessage()));
      if (console.isVerbose()) {
        console.trace(e);
      }
      return report(host, ExitCode.FAILED);
    }
  }

  // The run's name sorts by time and is unique on the host: two runs never share a process number.
  private String name() {
    return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC)
            .format(started)
        + "-"
        + ProcessHandle.current().pid();
  }

  private void refuseWithoutRights(Host host) throws Stop {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    if (host.facts().live() && !isRoot && !dry) {
      throw new Stop(
          ExitCode.NOT_PERMITTED,
          "Only root can change this machine",
          "Run it with sudo, or try it on a directory tree with --root DIR.");
    }
  }

  private ExitCode work(Host host) throws Stop, HostException {
    Memory memory = Memories.load(host.facts());
    Repository.Mode mode = dry ? Repository.Mode.TEMPORARY : Repository.Mode.KEEP;
    try (Fetched fetched = Fetched.fetch(arguments, host, memory, mode, this::say)) {
      Book book = new Book(fetched.files());
      refuseUnknownHost(fetched.files());
      Loader.Loaded loaded = Loader.load(book, Hostname.of(arguments));
      stopIfInvalid(book);
      try (Checkouts checkouts =
          new Checkouts(
              host, book, mode, fetched.commit(), fetched.tree(), fetched.files().base())) {
        Numbers numbers = Numbers.of(loaded, memory.numbers(), book);
        stopIfInvalid(book);
        DesiredState desired =
            expand(
                new Loader.Loaded(loaded.settings(), numbers.apps(), loaded.ledger()),
                book,
                host,
                checkouts,
                fetched);
        LiveState live = Observer.observe(host.facts(), desired, memory);
        Options options = options(desired.apps());
        Plan made = Planner.plan(desired, live, options);
        plan = Optional.of(made);
        if (!made.hasErrors() && !dry) {
          Memory numbered =
              memory
                  .withNumbers(numbers.own())
                  .withProtected(Protection.of(desired, memory, options));
          if (!numbered.equals(memory)) {
            Memories.save(host, numbered);
          }
          applied =
              Optional.of(
                  Applier.apply(made, numbered, fetched.name(), host, checkouts, progress(made)));
        }
        return code(made, checkouts.isDegraded(), fetched.isStale());
      }
    }
  }

  // A name that was typed and has no file is misspelt; the machine's own name need not have one.
  private void refuseUnknownHost(GitTree files) throws Stop {
    Optional<String> host = arguments.value("host");
    if (host.isPresent() && !files.list("hosts").contains(host.get() + ".yaml")) {
      List<String> known =
          files.list("hosts").stream().map(file -> file.replaceFirst("\\.yaml$", "")).toList();
      throw Arguments.usage(
          "No such host",
          "--host "
              + host.get()
              + ": there is no hosts/"
              + host.get()
              + ".yaml in the repo."
              + Suggestion.sentence(host.get(), known));
    }
  }

  private Console progress(Plan made) {
    if (!arguments.has("json") && !console.isQuiet() && !made.isEmpty()) {
      console.print(PlanText.of(made, console.style()) + "\n");
    }
    return console;
  }

  private DesiredState expand(
      Loader.Loaded loaded, Book book, Host host, Checkouts checkouts, Fetched fetched)
      throws HostException, Stop {
    Set<String> packages =
        book.resources().keySet().stream()
            .filter(address -> address.kind().equals("package"))
            .map(Address::name)
            .collect(Collectors.toSet());
    new Preflight(host.facts(), packages).check(loaded.apps()).forEach(book::add);
    Set<String> held =
        Expansion.expand(
            loaded.settings(), loaded.apps(), book, new Templates(book), host.facts(), checkouts);
    stopIfInvalid(book);
    return new DesiredState(
        fetched.commit().id(),
        book.resources(),
        book.handlers(),
        loaded.apps().stream().map(dev.reconcile.app.App::name).collect(Collectors.toSet()),
        held,
        loaded.settings().protectedApps(),
        loaded.settings().maxPrune());
  }

  private void stopIfInvalid(Book book) throws Stop {
    if (book.hasErrors()) {
      throw new Stop(ExitCode.INVALID, book.diagnostics());
    }
    book.diagnostics().stream().filter(d -> !said.contains(d)).forEach(this::say);
  }

  private void say(Diagnostic diagnostic) {
    said.add(diagnostic);
    console.say(diagnostic);
  }

  private Options options(Set<String> apps) throws Stop {
    Set<String> only = new LinkedHashSet<>(arguments.values("only"));
    for (String app : only) {
      if (!apps.contains(app)) {
        throw Arguments.usage(
            "No such app",
            "--only "
                + app
                + ": the desired state has no app of this name."
                + Suggestion.sentence(app, apps));
      }
    }
    return new Options(
        arguments.has("take-over"),
        arguments.line().hasOption("prune") || !arguments.has("no-prune"),
        arguments.whole("max-prune", -1),
        only);
  }

  private ExitCode code(Plan made, boolean degraded, boolean stale) {
    boolean incomplete = applied.isPresent() && !applied.get().isSettled();
    if (made.hasErrors() || incomplete || degraded) {
      return ExitCode.FAILED;
    }
    if (stale) {
      return ExitCode.UNAVAILABLE;
    }
    if (!made.held().isEmpty() || (applied.isPresent() && !applied.get().isComplete())) {
      return ExitCode.ROLLED_BACK;
    }
    return arguments.has("detailed-exitcode") && !made.isEmpty() ? ExitCode.CHANGED : ExitCode.OK;
  }

  /** Says how it ended, also if it ended early, and writes it down. */
  private ExitCode report(Host host, ExitCode code) throws HostException, Stop {
    RunReport report = runReport(code, said);
    if (arguments.has("json")) {
      console.print(RunJson.of(report));
    } else if (plan.isPresent()) {
      printText(plan.get());
    }
    if (!dry) {
      host.writeState(LAST_RUN, Content.of(RunJson.of(report)), Attributes.root(0640));
    }
    return code;
  }

  private void printText(Plan made) {
    if (made.hasErrors() && !dry) {
      made.diagnostics().forEach(console::say);
      console.print("Nothing was changed.\n");
    } else if (applied.isEmpty() || made.isEmpty()) {
      boolean silent =
          console.isQuiet()
              && made.isEmpty()
              && made.diagnostics().isEmpty()
              && made.held().isEmpty();
      console.print(silent ? "" : PlanText.of(made, console.style()));
    } else {
      console.print(AppliedText.of(made, applied.get(), console.style()));
    }
  }

  private RunReport runReport(ExitCode code, List<Diagnostic> diagnostics) throws Stop {
    return new RunReport(
        dry ? "plan" : "apply",
        name(),
        Version.text(),
        Fetched.masked(arguments.value("repo").orElse("")),
        started,
        Instant.now(),
        code.number(),
        diagnostics,
        plan,
        applied);
  }
}
