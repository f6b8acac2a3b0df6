package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.app.Sources;
import dev.reconcile.apply.StepFailure;
import dev.reconcile.apply.TreeExporter;
import dev.reconcile.desired.Book;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import dev.reconcile.source.Tree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The code of apps: folders of the desired-state repo, and repositories of their own, each with a
 * cache on the host. When one cannot be reached, its app stays at the revision it has.
 */
public final class SourceResolver implements Sources, TreeExporter, AutoCloseable {
  /** The most bytes that a requirements file may have. */
  public static final int MOST_REQUIREMENTS = 1 << 20;

  private final Host host;
  private final Book book;
  private final Repository caches;
  private final String repo;
  private final Commit commit;
  private final Tree tree;
  private final String base;
  private final Optional<Map<String, String>> pins;
  private final Map<String, Repository> repositories = new HashMap<>();
  private final CommitTrees trees;
  private final CommitLook look;
  private boolean degraded;

  /**
   * The desired state that the apps are declared in.
   *
   * @param repo the address of its repository
   * @param commit its commit
   * @param tree the commit's files
   * @param base the folder of it that holds the desired state
   */
  public record Desired(String repo, Commit commit, Tree tree, String base) {}

  /**
   * @param host where the caches are
   * @param book where mistakes go
   * @param caches in whose way the apps' own caches are opened
   * @param desired the desired state that declares the apps
   * @param pins app to the revision of its source; if present, no source is asked for a newer one,
   *     and an app without a pin stays at the revision it has
   * @param only the apps that the run is about; empty for all
   */
  public SourceResolver(
      Host host,
      Book book,
      Repository caches,
      Desired desired,
      Optional<Map<String, String>> pins,
      Set<String> only) {
    this.host = host;
    this.book = book;
    this.caches = caches;
    this.repo = desired.repo();
    this.commit = desired.commit();
    this.tree = desired.tree();
    this.base = desired.base();
    this.pins = pins;
    this.look = new CommitLook(host, book, only);
    this.trees = new CommitTrees(host, desired.repo());
    trees.add("", caches, commit, tree);
  }

  /** The trees of all commits that were looked up. */
  public CommitTrees trees() {
    return trees;
  }

  /** Where the repositories of apps stood. */
  public List<Tip> tips() {
    return repositories.values().stream().flatMap(one -> one.tips().stream()).toList();
  }

  /** Whether an app had to stay at an earlier revision, because its source is out of reach. */
  public boolean isDegraded() {
    return degraded;
  }

  @Override
  public Optional<Resolved> resolve(App app) {
    if (!app.source().key().isEmpty() && book.faults().containsKey(app.name())) {
      return Optional.empty(); // perhaps its key is missing, and what is held need not be fetched
    }
    try {
      return switch (app.source()) {
        case App.Source.Folder folder -> folder(app, folder);
        case App.Source.Git git -> git(app, git);
        case App.Source.Existing existing ->
            Optional.of(new UnmanagedFiles(host.facts(), app, app.directory(), MOST_REQUIREMENTS));
      };
    } catch (SourceException e) {
      book.error(app.source().origin(), e.message(), e.detail());
    } catch (HostException e) {
      book.fault(app.name(), app.source().origin(), "A source cannot be read", e.message());
    }
    return Optional.empty();
  }

  // Inside the desired-state folder first, so that such a folder can be moved as a whole.
  private String inside(String folder) throws SourceException {
    String inside = base.isEmpty() ? folder : base + "/" + folder;
    return tree.exists(inside) ? inside : folder;
  }

  private Optional<Resolved> folder(App app, App.Source.Folder source)
      throws SourceException, HostException {
    String folder = source.folder().equals(".") ? "" : inside(source.folder());
    Optional<String> id = tree.treeId(folder);
    if (id.isEmpty()) {
      book.fault(
          app.name(),
          source.origin(),
          "No such folder in the repo",
          source.folder() + " is not a folder of " + name(commit) + ". Is it committed?");
      return Optional.empty();
    }
    Code code = new Code(id.get(), new TreeRef("", commit.id(), folder), tree);
    return look.passes(app, id.get(), code.tree(), tree, repo, name(commit))
        ? Optional.of(code)
        : Optional.empty();
  }

  private Optional<Resolved> git(App app, App.Source.Git source)
      throws SourceException, HostException {
    RepoUrl url = RepoUrl.parse(source.url());
    Repository repository = repository(source);
    try {
      Optional<String> ref = Optional.of(source.ref()).filter(text -> !text.isEmpty());
      Optional<Commit> found =
          pins.isPresent()
              ? pinned(app, pins.get(), repository)
              : Optional.of(repository.resolve(url, ref));
      return found.isPresent() ? code(app, source, repository, found.get()) : Optional.empty();
    } catch (SourceException e) {
      return without(app, source, repository, e);
    }
  }

  private Optional<Resolved> code(
      App app, App.Source.Git source, Repository repository, Commit found)
      throws SourceException, HostException {
    Tree files = repository.tree(found);
    trees.add(source.url(), repository, found, files);
    Code code = new Code(found.id(), new TreeRef(source.url(), found.id(), ""), files);
    String name = name(found) + " of " + RepoUrl.parse(source.url());
    return look.passes(app, found.id(), code.tree(), files, source.url(), name)
        ? Optional.of(code)
        : Optional.empty();
  }

  private static String name(Commit commit) {
    return "commit " + commit.id().substring(0, 12);
  }

  // What the app runs from is on the host, and all else of it can still be put right.
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
    String stays =
        "\n"
            + app.name()
            + (found.isPresent() ? " stays at the revision it has." : " is left as it is.");
    if (failure.reason() == SourceException.Reason.NOT_FOUND) {
      // the repository answers: no branch of that name, or no commit at all, is its own affair
      book.postpone(source.origin(), failure.message(), failure.detail() + stays);
      return found;
    }
    degraded = true;
    book.add(
        Diagnostic.warning(
            source.origin(),
            "An app's source is out of reach",
            failure.getMessage() + ". " + failure.detail() + stays));
    return found;
  }

  private Optional<Commit> pinned(App app, Map<String, String> revisions, Repository repository)
      throws SourceException, HostException {
    String revision = revisions.getOrDefault(app.name(), "");
    return revision.isEmpty() ? deployed(app, repository) : repository.known(revision);
  }

  private Optional<Commit> deployed(App app, Repository repository) throws HostException {
    Facts facts = host.facts();
    Optional<Stat> stat = facts.stat(app.directory());
    if (stat.isEmpty() || stat.get().type() != Stat.Type.LINK) {
      return Optional.empty();
    }
    String target = facts.readLink(app.directory());
    try {
      return repository.known(target.substring(target.lastIndexOf('/') + 1));
    } catch (SourceException e) {
      return Optional.empty(); // its cache is damaged: the app is left as it is until it is fetched
    }
  }

  // one key may open what another does not
  private Repository repository(App.Source.Git source) throws HostException {
    String name = source.key().isEmpty() ? source.url() : source.url() + "\n" + source.key();
    Repository known = repositories.get(name);
    if (known == null) {
      known = caches.beside(host.onDisk(cacheOf(name)), source.key());
      repositories.put(name, known);
    }
    return known;
  }

  /** Where a repository is kept. */
  public static String cacheOf(String name) {
    return LocalHost.STATE + "/sources/" + Digest.of(name).hex() + ".git";
  }

  @Override
  public void export(TreeRef ref, Path directory) throws HostException, StepFailure {
    trees.export(ref, directory);
  }

  @Override
  public void close() {
    repositories.values().forEach(Repository::close);
  }

  private record Code(String revision, TreeRef tree, Tree files) implements Resolved {
    @Override
    public Optional<SourceFile> file(String path) throws Unusable {
      return new CommitFiles(files, tree.folder(), MOST_REQUIREMENTS).file(path);
    }
  }
}
