// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.app.Sources;
import dev.reconcile.apply.StepException;
import dev.reconcile.apply.TreeExporter;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TreeName;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import dev.reconcile.source.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The code of apps: folders of the desired-state repo, and repositories of their own, each with a
 * cache on the host. When a repository cannot be reached, its app stays at its present revision.
 */
public final class SourceResolver implements Sources, TreeExporter, AutoCloseable {
  /** The largest size of a requirements file in bytes. */
  public static final int MOST_REQUIREMENTS = 1 << 20;

  private final Host host;
  private final DesiredStateBuilder builder;
  private final String repo;
  private final Commit commit;
  private final Tree tree;
  private final String base;
  private final SourcePins pins;
  private final SourceRepositories repositories;
  private final SortedMap<String, String> commits = new TreeMap<>();
  private final SourceFetches fetches = new SourceFetches();
  private final CommitTrees trees;
  private final CommitLook look;
  private boolean degraded;
  private boolean isBehind;

  /**
   * The desired state that declares the apps.
   *
   * @param repo the address of its repository
   * @param commit its commit
   * @param tree the commit's files
   * @param base the folder of the commit that holds the desired state
   */
  public record Desired(String repo, Commit commit, Tree tree, String base) {}

  /**
   * @param host the host with the caches
   * @param builder receives mistakes
   * @param caches the repository of the desired state
   * @param repositories the apps' own repositories; closed with this resolver
   * @param desired the desired state that declares the apps
   * @param pins the commits that the sources get
   * @param only the apps of the run; empty for all
   */
  public SourceResolver(
      Host host,
      DesiredStateBuilder builder,
      Repository caches,
      SourceRepositories repositories,
      Desired desired,
      SourcePins pins,
      Set<String> only) {
    this.host = host;
    this.builder = builder;
    this.repositories = repositories;
    this.repo = desired.repo();
    this.commit = desired.commit();
    this.tree = desired.tree();
    this.base = desired.base();
    this.pins = pins;
    this.look = new CommitLook(host, builder, only);
    this.trees = new CommitTrees(host, desired.repo());
    trees.add("", caches, commit, tree);
  }

  /** Returns the trees of all commits that were resolved. */
  public CommitTrees trees() {
    return trees;
  }

  /** Returns the tips of the apps' repositories at the time of the fetch. */
  public List<Tip> tips() {
    return repositories.tips();
  }

  /** Returns the commits that were resolved, by the names of their sources. */
  public SortedMap<String, String> commits() {
    return Collections.unmodifiableSortedMap(commits);
  }

  /** Returns whether a source does not have the commit of the release yet. */
  public boolean isBehind() {
    return isBehind;
  }

  /** Returns whether an app stays at an earlier revision because its source is unreachable. */
  public boolean isDegraded() {
    return degraded;
  }

  /**
   * Fetches the commits of several apps at the same time; {@link #resolve} then waits for none.
   *
   * @param apps the apps that will be resolved
   */
  public void fetch(List<App> apps) throws HostException {
    if (pins instanceof SourcePins.Kept) {
      return;
    }
    Map<Repository, List<App.Source.Git>> sources = new LinkedHashMap<>();
    for (App app : apps) {
      if (app.source() instanceof App.Source.Git git && !isWithoutKey(app)) {
        sources.computeIfAbsent(repositories.of(git), _ -> new ArrayList<>()).add(git);
      }
    }
    fetches.fetch(sources);
  }

  // Its key may be missing, and a held app needs no fetch.
  private boolean isWithoutKey(App app) {
    return !app.source().key().isEmpty() && builder.diagnostics().faults().containsKey(app.name());
  }

  @Override
  public Optional<Resolved> resolve(App app) {
    if (isWithoutKey(app)) {
      return Optional.empty();
    }
    try {
      return switch (app.source()) {
        case App.Source.Folder folder -> folder(app, folder);
        case App.Source.Git git -> git(app, git);
        case App.Source.Existing existing ->
            Optional.of(new UnmanagedFiles(host.facts(), app, app.directory(), MOST_REQUIREMENTS));
      };
    } catch (SourceException e) {
      builder.error(app.source().origin(), e.message(), e.detail());
    } catch (HostException e) {
      builder.fault(app.name(), app.source().origin(), "Unreadable source", e.message());
    }
    return Optional.empty();
  }

  // A folder inside the desired-state folder comes first, so that the desired-state folder can be
  // moved as a whole.
  private String inside(String folder) throws SourceException {
    String inside = base.isEmpty() ? folder : base + "/" + folder;
    return tree.exists(inside) ? inside : folder;
  }

  private Optional<Resolved> folder(App app, App.Source.Folder source)
      throws SourceException, HostException {
    String folder = source.folder().equals(".") ? "" : inside(source.folder());
    Optional<String> id = tree.treeId(folder);
    if (id.isEmpty()) {
      builder.fault(
          app.name(),
          source.origin(),
          "No such folder in the repo",
          "%s is not a folder of %s.%s Is it committed?"
              .formatted(source.folder(), name(commit), near(source.folder())));
      return Optional.empty();
    }
    Code code = new Code(id.get(), new TreeRef("", commit.id(), folder), tree);
    return look.passes(app, code, tree, repo, name(commit)) ? Optional.of(code) : Optional.empty();
  }

  private String near(String folder) throws SourceException {
    String prefix = base.isEmpty() ? "" : base + "/";
    String inside =
        Suggestion.ofFolder(folder, above -> tree.folders(above.isEmpty() ? base : prefix + above));
    return inside.isEmpty() ? Suggestion.ofFolder(folder, tree::folders) : inside;
  }

  private Optional<Resolved> git(App app, App.Source.Git source)
      throws SourceException, HostException {
    RepoUrl.parse(source.url()); // a mistake in the address is no outage
    Repository repository = repositories.of(source);
    try {
      Optional<Commit> found =
          switch (pins) {
            case SourcePins.Newest() -> Optional.of(fetches.commit(repository, source));
            case SourcePins.Kept kept -> kept(app, source, kept, repository);
            case SourcePins.Released(Map<String, String> bySource) ->
                released(app, source, bySource, repository);
          };
      return found.isPresent() ? code(app, source, repository, found.get()) : Optional.empty();
    } catch (SourceException e) {
      return without(app, source, repository, e);
    }
  }

  private Optional<Resolved> code(
      App app, App.Source.Git source, Repository repository, Commit found)
      throws SourceException, HostException {
    Tree files = repository.tree(found);
    SourcePins.name(source).ifPresent(name -> commits.put(name, found.id()));
    trees.add(source.url(), repository, found, files);
    String name = name(found) + " of " + RepoUrl.parse(source.url());
    if (files.treeId(source.folder()).isEmpty()) {
      builder.fault(
          app.name(),
          source.folderOrigin(),
          "No such folder in the source",
          "%s is not a folder of %s.%s"
              .formatted(
                  source.folder(), name, Suggestion.ofFolder(source.folder(), files::folders)));
      return Optional.empty();
    }
    Code code = new Code(found.id(), new TreeRef(source.url(), found.id(), source.folder()), files);
    return look.passes(app, code, files, source.url(), name) ? Optional.of(code) : Optional.empty();
  }

  private static String name(Commit commit) {
    return "commit " + commit.id().substring(0, 12);
  }

  // The code that the app runs is on the host, so its other resources can still converge.
  private Optional<Resolved> without(
      App app, App.Source.Git source, Repository repository, SourceException failure)
      throws HostException {
    Optional<Resolved> found;
    try {
      Optional<Commit> deployed = deployed(app, repository);
      found =
          deployed.isPresent() ? code(app, source, repository, deployed.get()) : Optional.empty();
    } catch (SourceException e) {
      found = Optional.empty(); // its cache is damaged
    }
    String stays = found.isPresent() ? " stays at the revision it has." : " is left as it is.";
    String detail = failure.detail() + "\n" + app.name() + stays;
    if (failure.reason() == SourceException.Reason.NOT_FOUND) {
      // The repository answers. A missing branch or a repository without commits does not count as
      // unreachable.
      builder.postpone(source.origin(), failure.message(), detail);
      return found;
    }
    degraded = true;
    builder
        .diagnostics()
        .add(
            Diagnostic.warning(
                source.origin(), "Unreachable source", failure.getMessage() + ". " + detail));
    return found;
  }

  private Optional<Commit> kept(
      App app, App.Source.Git source, SourcePins.Kept kept, Repository repository)
      throws SourceException, HostException {
    String ofApp = kept.byApp().getOrDefault(app.name(), "");
    if (!ofApp.isEmpty()) {
      return repository.known(ofApp);
    }
    Optional<String> pin = SourcePins.name(source).map(name -> kept.bySource().get(name));
    Optional<Commit> known = pin.isPresent() ? repository.known(pin.get()) : Optional.empty();
    return known.isPresent() ? known : deployed(app, repository);
  }

  // Only what is reachable from the source's own ref is applied, whatever the release says.
  private Optional<Commit> released(
      App app, App.Source.Git source, Map<String, String> bySource, Repository repository)
      throws SourceException, HostException {
    Commit tip = fetches.commit(repository, source);
    Optional<String> pin = SourcePins.name(source).map(bySource::get);
    if (pin.isEmpty()) {
      return Optional.of(tip);
    }
    Optional<Commit> found = repository.ancestor(tip, pin.get());
    if (found.isEmpty()) {
      isBehind = true;
      return deployed(app, repository);
    }
    return found;
  }

  private Optional<Commit> deployed(App app, Repository repository) throws HostException {
    Facts facts = host.facts();
    Optional<Stat> stat = facts.stat(app.directory());
    if (stat.isEmpty() || stat.get().type() != Stat.Type.LINK) {
      return Optional.empty();
    }
    String target = facts.readLink(app.directory());
    try {
      return repository.known(TreeName.ofPath(target).revision());
    } catch (SourceException e) {
      return Optional.empty(); // its cache is damaged: the app stays as it is until the next fetch
    }
  }

  /** Returns the path of a repository's cache. */
  public static String cacheOf(String name) {
    return LocalHost.STATE + "/sources/" + Digest.of(name).hex() + ".git";
  }

  @Override
  public void export(TreeRef ref, Path directory) throws HostException, StepException {
    trees.export(ref, directory);
  }

  @Override
  public void close() {
    repositories.close();
  }

  private record Code(String revision, TreeRef tree, Tree files) implements Resolved {
    // the folders of a commit are different contents
    @Override
    public String state() {
      return TreeName.of(revision, List.of(tree.part())).text();
    }

    @Override
    public String contentName() throws HostException {
      try {
        return files.treeId(tree.folder()).orElse(revision);
      } catch (SourceException e) {
        throw new HostException(e.message() + ": " + e.detail(), e);
      }
    }

    @Override
    public Optional<SourceFile> file(String path) throws Unusable {
      return new CommitFiles(files, tree.folder(), MOST_REQUIREMENTS).file(path);
    }

    @Override
    public Optional<String> contentAt(String place) throws Unusable {
      return new CommitData(files, tree.folder()).contentAt(place);
    }
  }
}
