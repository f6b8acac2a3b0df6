// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.code.SourceRepositories;
import dev.reconcile.fleet.FleetNumbers;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.History;
import dev.reconcile.fleet.Relation;
import dev.reconcile.fleet.Revisions;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.State;
import dev.reconcile.model.TreeName;
import dev.reconcile.signing.SignaturePolicy;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the repositories have for a run of a host in a fleet.
 *
 * <p>Invariant: a repository is asked for its refs once, and a commit is fetched only to be
 * proposed or planned. Every commit that {@link #reachable} returns is reachable from the ref.
 */
final class FleetGit implements History, AutoCloseable {
  private final RunContext run;
  private final State state;
  private final Repository repository;
  private final SourceRepositories sources;
  private final RepoUrl url;
  private final Map<String, Repository> bySource = new HashMap<>();
  private Optional<FetchedCommit> tip = Optional.empty();
  private Optional<Declared> last = Optional.empty();
  private final Map<String, LoadedRevision.Files> unused = new HashMap<>();
  private boolean isStale;
  private boolean isDegraded;

  /**
   * What a commit declares for this host.
   *
   * @param commit the commit
   * @param apps the apps of this host
   * @param fleet the settings of the fleet; empty if it is in none
   * @param isValid whether the files have no mistake
   */
  record Declared(
      FetchedCommit commit, List<App> apps, Optional<FleetSettings> fleet, boolean isValid) {
    /** Returns the numbers of the commit; empty if it has none that make sense. */
    Optional<FleetNumbers> numbers() {
      return isValid ? fleet.map(FleetNumbers::of) : Optional.empty();
    }

    private List<App.Source.Git> sources() {
      List<App.Source.Git> found = new ArrayList<>();
      for (App app : apps) {
        if (app.source() instanceof App.Source.Git git) {
          found.add(git);
        }
      }
      return found;
    }
  }

  /**
   * @param run the run
   * @param state the state that names the last applied commit
   * @param repository the cache of the repo, which stays open
   */
  FleetGit(RunContext run, State state, Repository repository) throws CommandFailed {
    this.run = run;
    this.state = state;
    this.repository = repository;
    this.sources = new SourceRepositories(run.host(), repository);
    this.url = FetchedCommit.url(run.arguments());
  }

  /** Returns whether the repo cannot be reached. */
  boolean isStale() {
    return isStale;
  }

  /** Returns whether the source of an app cannot be reached. */
  boolean isDegraded() {
    return isDegraded;
  }

  /** Returns the refs that were asked for, with their commits. */
  List<Tip> tips() {
    List<Tip> all = new ArrayList<>(repository.tips());
    all.addAll(sources.tips());
    return all;
  }

  // ---- what this host has

  /** Returns the last applied commit; empty before the first. */
  Optional<Declared> applied() throws CommandFailed {
    if (last.isEmpty() && !state.revision().isEmpty()) {
      last = Optional.of(declared(known(state.revision())));
    }
    return last;
  }

  /**
   * Returns the settings of the fleet, of the last applied commit or else of the newest one.
   *
   * @param canFetch whether the repo can be reached
   */
  Optional<FleetSettings> settings(boolean canFetch) throws CommandFailed {
    Optional<FleetSettings> settings = applied().flatMap(Declared::fleet);
    return settings.isEmpty() && canFetch ? fetchNewest().fleet() : settings;
  }

  /** Returns the address of the repo, with passwords masked. */
  String name() {
    return url.toString();
  }

  /** Returns a commit that an earlier run has fetched; its cache may have been removed. */
  FetchedCommit known(String id) throws CommandFailed {
    try {
      Optional<Commit> known = repository.known(id);
      Commit commit = known.isPresent() ? known.get() : repository.resolve(url, Optional.of(id));
      return of(commit);
    } catch (SourceException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    }
  }

  /** Returns the revisions that this host has applied last. */
  Revisions has(FleetRecord record) throws CommandFailed, HostException {
    Optional<Declared> declared = applied();
    if (declared.isEmpty()) {
      return Revisions.NONE;
    }
    SortedMap<String, String> commits = new TreeMap<>();
    for (App app : declared.get().apps()) {
      if (app.source() instanceof App.Source.Git git) {
        Optional<String> deployed = deployed(app);
        SourcePins.name(git)
            .ifPresent(name -> deployed.ifPresent(commit -> commits.put(name, commit)));
      }
    }
    record
        .applied()
        .filter(one -> one.revisions().commit().equals(state.revision()))
        .ifPresent(one -> commits.putAll(one.revisions().sources()));
    return new Revisions(state.revision(), commits);
  }

  private Optional<String> deployed(App app) throws HostException {
    Facts facts = run.host().facts();
    Optional<Stat> stat = facts.stat(app.directory());
    return stat.isPresent() && stat.get().type() == Stat.Type.LINK
        ? Optional.of(TreeName.ofPath(facts.readLink(app.directory())).revision())
            .filter(revision -> revision.matches("[0-9a-f]{40}"))
        : Optional.empty();
  }

  // ---- what git has

  /**
   * Returns the commits to which the refs point; fetches none. Empty if the repo is unreachable.
   */
  Optional<Revisions> newest() throws CommandFailed, HostException {
    String commit;
    try {
      Optional<String> target = repository.target(url, run.arguments().value(RunOptions.REF));
      commit = target.isPresent() ? target.get() : fetched().commit().id();
      if (!run.arguments().has(CommonOptions.QUIET)) {
        FetchedCommit.notice(repository, url, run.log()::say);
      }
    } catch (SourceException e) {
      isStale = true;
      try {
        FetchedCommit.lastGood(repository, url, state, e, run);
      } catch (SourceException damaged) {
        throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(damaged.diagnostic()));
      }
      return Optional.empty();
    }
    Optional<Declared> declared = applied();
    return Optional.of(
        new Revisions(
            commit,
            declared.isPresent()
                ? commits(declared.get(), (source, ref) -> source.target(url(ref), ref(ref)))
                : new TreeMap<>()));
  }

  /** Fetches git's newest commit. */
  Declared fetchNewest() throws CommandFailed {
    try {
      return declared(fetched());
    } catch (SourceException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    }
  }

  /** Returns the commits to which the refs of a commit's sources point; fetches them. */
  Revisions tips(Declared declared) throws HostException {
    return new Revisions(
        declared.commit().commit().id(),
        commits(
            declared,
            (source, ref) -> Optional.of(source.resolve(url(ref), ref(ref))).map(Commit::id)));
  }

  /** Returns a commit that is reachable from the ref; empty if it is not, or not yet. */
  Optional<FetchedCommit> reachable(String id) throws CommandFailed {
    try {
      Optional<Commit> found = repository.ancestor(fetched().commit(), id);
      return found.isPresent() ? Optional.of(of(found.get())) : Optional.empty();
    } catch (SourceException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    }
  }

  /**
   * Checks the signature of a commit, if this host asks for one.
   *
   * @throws CommandFailed if it has none that is good
   */
  void checkSignature(Commit commit) throws CommandFailed {
    if (run.arguments().has(RunOptions.VERIFY_COMMIT)) {
      try {
        new SignaturePolicy(run.host()).check(url.toString(), commit, repository.raw(commit));
      } catch (SourceException e) {
        throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
      }
    }
  }

  /**
   * Loads the desired state of a commit with these commits of its sources. Files that were read for
   * the settings of the fleet are not read again.
   */
  LoadedRevision load(FetchedCommit commit, SourcePins pins, Consumer<Diagnostic> say)
      throws CommandFailed, HostException {
    LoadedRevision.Files read = unused.remove(commit.commit().id());
    LoadedRevision.Files files =
        read == null ? LoadedRevision.Files.of(run.arguments(), commit) : read;
    return LoadedRevision.of(run, state, commit, files, pins, sources, say);
  }

  @Override
  public Relation relation(String name, String from, String to) {
    Repository one = name.equals(DESIRED_STATE) ? repository : bySource.get(name);
    try {
      if (one == null || !one.contains(to) || !one.contains(from)) {
        return Relation.UNKNOWN;
      }
      if (one.descends(to, from)) {
        return Relation.AFTER;
      }
      return one.descends(from, to) ? Relation.BEFORE : Relation.APART;
    } catch (SourceException e) {
      return Relation.UNKNOWN;
    }
  }

  @Override
  public void close() {
    sources.close();
  }

  // ---- the repositories

  private FetchedCommit fetched() throws SourceException, CommandFailed {
    if (tip.isEmpty()) {
      tip = Optional.of(of(repository.resolve(url, run.arguments().value(RunOptions.REF))));
    }
    return tip.get();
  }

  private FetchedCommit of(Commit commit) throws CommandFailed {
    return FetchedCommit.of(run.arguments(), repository, url.toString(), commit, isStale);
  }

  private Declared declared(FetchedCommit commit) throws CommandFailed {
    LoadedRevision.Files files = LoadedRevision.Files.of(run.arguments(), commit);
    unused.put(commit.commit().id(), files);
    return new Declared(
        commit,
        files.loaded().apps(),
        files.loaded().settings().fleet(),
        !files.builder().diagnostics().hasErrors());
  }

  /** A question about a source. */
  private interface Question {
    Optional<String> of(Repository repository, App.Source.Git source) throws SourceException;
  }

  // A source that cannot be reached is left out, so it moves no release.
  private SortedMap<String, String> commits(Declared declared, Question question)
      throws HostException {
    SortedMap<String, String> commits = new TreeMap<>();
    for (App.Source.Git source : declared.sources()) {
      Optional<String> name = SourcePins.name(source);
      if (name.isEmpty() || commits.containsKey(name.get())) {
        continue;
      }
      Repository one = sources.of(source);
      bySource.put(name.get(), one);
      try {
        question.of(one, source).ifPresent(commit -> commits.put(name.get(), commit));
      } catch (SourceException e) {
        isDegraded = true;
        run.log()
            .sayOnce(
                Diagnostic.warning(
                    source.origin(),
                    "Unreachable source",
                    "%s. %s\nThe app stays at the revision it has."
                        .formatted(e.getMessage(), e.detail())));
      }
    }
    return commits;
  }

  private static RepoUrl url(App.Source.Git source) throws SourceException {
    return RepoUrl.parse(source.url());
  }

  private static Optional<String> ref(App.Source.Git source) {
    return Optional.of(source.ref()).filter(text -> !text.isEmpty());
  }
}
