package dev.reconcile.cli;

import dev.reconcile.app.App;
import dev.reconcile.app.Sources;
import dev.reconcile.apply.Trees;
import dev.reconcile.desired.Book;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Fingerprint;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.Blob;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import dev.reconcile.source.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code of apps: folders of the desired-state repo, and repositories of their own, each with a
 * cache on the host. When one cannot be reached, its app stays at the revision it has.
 */
final class Checkouts implements Sources, Trees, AutoCloseable {
  private static final int MOST_REQUIREMENTS = 1 << 20;

  private final Host host;
  private final Book book;
  private final Repository caches;
  private final Commit commit;
  private final Tree tree;
  private final String base;
  private final Optional<Map<String, String>> pins;
  private final Map<String, Repository> repositories = new HashMap<>();
  private final Map<String, Tree> trees = new HashMap<>();
  private boolean degraded;

  /**
   * The desired state that the apps are declared in.
   *
   * @param commit its commit
   * @param tree the commit's files
   * @param base the folder of it that holds the desired state
   */
  record Desired(Commit commit, Tree tree, String base) {}

  /**
   * @param host where the caches are
   * @param book where mistakes go
   * @param caches in whose way the apps' own caches are opened
   * @param desired the desired state that declares the apps
   * @param pins app to the revision of its source; if present, no source is asked for a newer one,
   *     and an app without a pin stays at the revision it has
   */
  Checkouts(
      Host host,
      Book book,
      Repository caches,
      Desired desired,
      Optional<Map<String, String>> pins) {
    this.host = host;
    this.book = book;
    this.caches = caches;
    this.commit = desired.commit();
    this.tree = desired.tree();
    this.base = desired.base();
    this.pins = pins;
    trees.put("/" + commit.id(), tree);
  }

  /** Where the repositories of apps stood. */
  List<Tip> tips() {
    return repositories.values().stream().flatMap(one -> one.tips().stream()).toList();
  }

  /** Whether an app had to stay at an earlier revision, because its source is out of reach. */
  boolean isDegraded() {
    return degraded;
  }

  @Override
  public Optional<Resolved> resolve(App app) {
    try {
      return switch (app.source()) {
        case App.Source.Folder folder -> folder(app, folder);
        case App.Source.Git git -> git(app, git);
        case App.Source.Existing existing -> Optional.of(existing(app, existing));
      };
    } catch (SourceException e) {
      book.error(app.source().origin(), "" + e.getMessage(), e.detail());
    } catch (HostException e) {
      book.error(app.source().origin(), "A source cannot be read", "" + e.getMessage());
    }
    return Optional.empty();
  }

  // Inside the desired-state folder first, so that such a folder can be moved as a whole.
  private Optional<Resolved> folder(App app, App.Source.Folder source) throws SourceException {
    String inside = base.isEmpty() ? source.folder() : base + "/" + source.folder();
    String folder = tree.exists(inside) ? inside : source.folder();
    Optional<String> id = tree.treeId(folder);
    if (id.isEmpty()) {
      book.error(
          source.origin(),
          "No such folder in the repo",
          source.folder()
              + " is not a folder of commit "
              + commit.id().substring(0, 12)
              + ". Is it committed?");
      return Optional.empty();
    }
    return Optional.of(new Code(app, id.get(), new TreeRef("", commit.id(), folder), tree));
  }

  private Optional<Resolved> git(App app, App.Source.Git source)
      throws SourceException, HostException {
    RepoUrl url = RepoUrl.parse(source.url());
    Repository repository = repository(source.url());
    Optional<Commit> found;
    try {
      Optional<String> ref = Optional.of(source.ref()).filter(text -> !text.isEmpty());
      found =
          pins.isPresent()
              ? pinned(app, pins.get(), repository)
              : Optional.of(repository.resolve(url, ref));
    } catch (SourceException e) {
      degraded = true;
      found = deployed(app, repository);
      book.add(
          Diagnostic.warning(
              source.origin(),
              "An app's source is out of reach",
              e.getMessage()
                  + ". "
                  + e.detail()
                  + "\n"
                  + app.name()
                  + (found.isPresent() ? " stays at the revision it has." : " is left as it is.")));
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String id = found.get().id();
    Tree files = repository.tree(found.get());
    trees.put(source.url() + "/" + id, files);
    return Optional.of(new Code(app, id, new TreeRef(source.url(), id, ""), files));
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

  private Repository repository(String url) throws HostException {
    Repository known = repositories.get(url);
    if (known == null) {
      String cache = LocalHost.STATE + "/sources/" + Fingerprint.of(url).hex() + ".git";
      known = caches.beside(host.onDisk(cache));
      repositories.put(url, known);
    }
    return known;
  }

  private Resolved existing(App app, App.Source.Existing source) {
    return new Resolved() {
      @Override
      public String revision() {
        return "as it is";
      }

      @Override
      public TreeRef tree() {
        return new TreeRef("", "", "");
      }

      @Override
      public Optional<String> text(String path) {
        try {
          return new UnmanagedFiles(host, book, app, source).text(path, MOST_REQUIREMENTS);
        } catch (HostException e) {
          book.error(source.origin(), "A source cannot be read", "" + e.getMessage());
          return Optional.empty();
        }
      }
    };
  }

  // A repository belongs to one thread at a time, and apps are deployed side by side.
  @Override
  public synchronized void export(TreeRef ref, Path directory) throws HostException {
    Tree files = trees.get(ref.repository() + "/" + ref.commit());
    if (files == null) {
      throw new HostException("The commit " + ref.commit() + " was not looked up in this run");
    }
    try {
      files.export(ref.folder(), directory);
    } catch (SourceException e) {
      throw new HostException(e.getMessage() + ". " + e.detail(), e);
    }
  }

  @Override
  public void close() {
    repositories.values().forEach(Repository::close);
  }

  private final class Code implements Resolved {
    private final App app;
    private final String revision;
    private final TreeRef ref;
    private final Tree files;

    Code(App app, String revision, TreeRef ref, Tree files) {
      this.app = app;
      this.revision = revision;
      this.ref = ref;
      this.files = files;
    }

    @Override
    public String revision() {
      return revision;
    }

    @Override
    public TreeRef tree() {
      return ref;
    }

    @Override
    public Optional<String> text(String path) {
      try {
        Optional<Blob> file = files.file(ref.folder().isEmpty() ? path : ref.folder() + "/" + path);
        return file.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new String(files.read(file.get(), MOST_REQUIREMENTS), StandardCharsets.UTF_8));
      } catch (SourceException e) {
        book.fault(app.name(), app.source().origin(), "" + e.getMessage(), e.detail());
        return Optional.empty();
      }
    }
  }
}
