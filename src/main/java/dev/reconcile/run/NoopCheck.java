// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Version;
import dev.reconcile.code.SourceResolver;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ObservationLog;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.plan.Plan;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cheap check for a run with nothing to do. A plan depends only on its inputs: the
 * repositories' commits, the host, the options and the program itself. A run with nothing to do
 * records its inputs. While they are unchanged, a later run has nothing to do either, so it neither
 * reads, parses, renders nor compares anything else.
 *
 * <p>Invariant: the check has no answer if a run in full would find something to do or to report.
 */
public final class NoopCheck {
  private static final String PATH = LocalHost.STATE + "/unchanged";
  private static final String FORMAT = "reconcile unchanged 3";
  private static final int COUNTS = 6; // the line of the counts, the last line of the header
  private static final int MOST_BYTES = 64 << 20;

  // This exceeds the timestamp resolution of every file system.
  private static final Duration MARGIN = Duration.ofSeconds(1);

  // The launcher first starts a JVM that performs only this check, with a smaller cache of classes.
  private static final String QUESTION = "reconcile.known";
  private static final String ONLY = "only";
  private static final String ASKED = "not";

  private final RunContext run;
  private final Invocation arguments;
  private final Host host;
  private final Repository repository;

  /**
   * @param run the run; its host has not been observed yet
   * @param repository reads the tips of the repositories
   */
  public NoopCheck(RunContext run, Repository repository) {
    this.run = run;
    this.arguments = run.arguments();
    this.host = run.host();
    this.repository = repository;
  }

  /** Tells whether this process performs only the no-op check. */
  public static boolean isOnlyAsked() {
    return System.getProperty(QUESTION, "").equals(ONLY);
  }

  /**
   * Returns the result of a run with nothing to do; empty if that is not certain.
   *
   * @param due another reason for a run in full; empty for none
   */
  public Optional<RunResult> answer(String due) throws CommandFailed, HostException {
    Path file = host.onDisk(PATH);
    boolean wasAsked = System.getProperty(QUESTION, "").equals(ASKED);
    if (wasAsked || !isOfUse() || !Files.isReadable(file)) {
      return Optional.empty();
    }
    return due.isEmpty() ? compared(lines(file)) : inFull(due);
  }

  private Optional<RunResult> inFull(String reason) {
    run.console().detail("looking in full: not as before: " + reason);
    return Optional.empty();
  }

  private Optional<RunResult> compared(List<String> lines) throws CommandFailed, HostException {
    try {
      Parts parts = Parts.of(lines);
      // a host in no fleet loads no class for this
      Optional<FleetMemory> turn =
          parts.ofFleet().isEmpty() ? Optional.empty() : FleetMemory.parse(parts.ofFleet());
      String different =
          lines.get(0).equals(FORMAT) && lines.get(1).equals(key())
              ? difference(parts, turn)
              : "the command or the program";
      if (different.isEmpty()) {
        List<String> leftOut =
            lines.get(5).isEmpty() ? List.of() : List.of(lines.get(5).split("\t", -1));
        Plan plan =
            Plan.empty(lines.get(2), leftOut, Integer.parseInt(lines.get(3)))
                .with(diagnostics(parts.ofPlan()));
        diagnostics(parts.ofRun()).forEach(run.log()::say);
        RunResult loaded = RunResult.loaded(Integer.parseInt(lines.get(4)));
        RunResult same = (turn.isPresent() ? loaded.in(turn.get().report()) : loaded).planned(plan);
        return Optional.of(run.dry() ? same : same.applied(Applied.NOTHING));
      }
      return inFull(different);
    } catch (SourceException e) {
      return inFull(e.message());
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return inFull("the record of the earlier run");
    }
  }

  /**
   * Supplies the observations of the earlier run to the host's facts, if its inputs were the same.
   */
  void recall() throws CommandFailed, HostException {
    Path file = host.onDisk(PATH);
    if (isOfUse() && Files.isReadable(file)) {
      List<String> lines = lines(file);
      if (lines.size() > COUNTS && lines.get(0).equals(FORMAT) && lines.get(1).equals(key())) {
        host.facts().recall(Parts.of(lines).observations());
      }
    }
  }

  private static List<String> lines(Path file) throws HostException {
    try {
      byte[] bytes = Files.size(file) > MOST_BYTES ? new byte[0] : Files.readAllBytes(file);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Diagnostic> diagnostics(List<String> lines) {
    return lines.isEmpty() ? List.of() : lines.stream().map(DiagnosticLine::parse).toList();
  }

  private String difference(Parts parts, Optional<FleetMemory> turn)
      throws SourceException, HostException {
    for (String line : parts.tips()) {
      String[] tip = line.split("\t", -1);
      if (!id(tip).equals(tip[0])) {
        return tip[2];
      }
    }
    Optional<String> ofHost = host.facts().difference(parts.observations());
    return ofHost.isPresent() || turn.isEmpty()
        ? ofHost.orElse("")
        : turn.get().difference(run); // last, because it may ask another machine
  }

  /**
   * The record after its header.
   *
   * @param tips the tips of the repositories
   * @param ofRun the diagnostics of the run
   * @param ofPlan the diagnostics of the plan
   * @param ofFleet the turn of a host in a fleet
   * @param observations the answers of the host
   */
  private record Parts(
      List<String> tips,
      List<String> ofRun,
      List<String> ofPlan,
      List<String> ofFleet,
      List<String> observations) {
    static Parts of(List<String> lines) {
      String[] counts = lines.get(COUNTS).split(" ", -1);
      int tips = COUNTS + 1;
      int ofRun = tips + Integer.parseInt(counts[0]);
      int ofPlan = ofRun + Integer.parseInt(counts[1]);
      int ofFleet = ofPlan + Integer.parseInt(counts[2]);
      int observations = ofFleet + (counts.length > 3 ? Integer.parseInt(counts[3]) : 0);
      return new Parts(
          lines.subList(tips, ofRun),
          lines.subList(ofRun, ofPlan),
          lines.subList(ofPlan, ofFleet),
          lines.subList(ofFleet, observations),
          lines.subList(observations, lines.size()));
    }
  }

  // The current commit of a ref. A repository with its own key may not be readable with root's key.
  private String id(String[] tip) throws SourceException, HostException {
    RepoUrl url = RepoUrl.parse(tip[2]);
    Optional<String> ref = Optional.of(tip[1]).filter(text -> !text.isEmpty());
    if (tip.length < 4) {
      return repository.tip(url, ref).id();
    }
    Path cache = host.onDisk(SourceResolver.cacheOf(tip[2] + "\n" + tip[3]));
    try (Repository own = repository.beside(cache, tip[3])) {
      return own.tip(url, ref).id();
    }
  }

  /**
   * Records the inputs of a run that had nothing to do, and the diagnostics that it printed. They
   * depend on the same inputs, so the next such run prints them again.
   *
   * @param result the result of that run, with its plan
   * @param tips the refs of the repositories, with their commits
   * @param turn the turn of a host in a fleet; empty for a host in none
   */
  void remember(RunResult result, List<Tip> tips, Optional<FleetMemory> turn)
      throws CommandFailed, HostException {
    Plan plan = result.plan().orElseThrow();
    int count = result.apps().orElseThrow();
    Instant started = run.started();
    ObservationLog observations = host.facts().observations();
    long began = started.getEpochSecond() * 1_000_000_000L + started.getNano();
    boolean certain =
        isOfUse()
            && observations.isPlain()
            && key().indexOf('\n') < 0
            && observations.isProof(began, MARGIN.toNanos())
            && tips.stream().allMatch(NoopCheck::canBeAskedAgain);
    if (!certain) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            FORMAT,
            key(),
            plan.revision(),
            String.valueOf(plan.unchanged()),
            String.valueOf(count)));
    lines.add(String.join("\t", plan.leftOut()));
    List<Diagnostic> ofRun = run.log().diagnostics();
    List<String> ofFleet = turn.isPresent() ? turn.get().lines() : List.of();
    String counts = tips.size() + " " + ofRun.size() + " " + plan.diagnostics().size();
    lines.add(turn.isPresent() ? counts + " " + ofFleet.size() : counts);
    tips.forEach(tip -> lines.add(line(tip)));
    ofRun.forEach(diagnostic -> lines.add(DiagnosticLine.of(diagnostic)));
    plan.diagnostics().forEach(diagnostic -> lines.add(DiagnosticLine.of(diagnostic)));
    lines.addAll(ofFleet);
    lines.addAll(observations.lines());
    host.writeState(PATH, Content.of(String.join("\n", lines) + "\n"), FileAttributes.root(0600));
  }

  /** Makes the next run look in full, because it has something to do that no input shows. */
  void forget() throws HostException {
    host.discardTree(PATH);
  }

  private static String line(Tip tip) {
    String key = tip.key().isEmpty() ? "" : "\t" + tip.key();
    return tip.id() + "\t" + tip.ref() + "\t" + tip.url() + key;
  }

  // A password is never recorded. A tip has no id if its ref is an abbreviated id, which may come
  // to mean another commit.
  private static boolean canBeAskedAgain(Tip tip) {
    return !tip.id().isEmpty()
        && !tip.url().startsWith("https://***@")
        && (tip.url() + tip.ref()).chars().noneMatch(c -> c < ' ');
  }

  // The key of a signature may expire at any time. A directory may have uncommitted changes, which
  // a run must report.
  private boolean isOfUse() throws CommandFailed {
    try {
      RepoUrl url = RepoUrl.parse(arguments.value(CommonOptions.REPO).orElse(""));
      return !arguments.has(RunOptions.VERIFY_COMMIT) && !(url instanceof RepoUrl.Directory);
    } catch (SourceException e) {
      return false;
    }
  }

  // All inputs of a plan except for the host and the repositories.
  private String key() throws CommandFailed {
    List<String> all = new ArrayList<>();
    for (Option option : RunOptions.ALL) {
      if (option.affectsPlan()) {
        all.add(option.name() + "=" + arguments.text(option));
      }
    }
    all.sort(null);
    all.add(Hostname.of(arguments));
    all.add(Privileges.isRoot() ? "root" : System.getProperty("user.name"));
    all.add(program());
    return String.join("\t", all);
  }

  private static String program() {
    StringBuilder text = new StringBuilder(Version.text());
    try {
      for (String part : System.getProperty("java.class.path", "").split(":", -1)) {
        Path file = Path.of(part);
        text.append(' ').append(Files.size(file)).append(' ');
        text.append(Files.getLastModifiedTime(file).toMillis());
      }
      return text.toString();
    } catch (IOException e) {
      return "unknown at " + Instant.now(); // equals no earlier record
    }
  }
}
