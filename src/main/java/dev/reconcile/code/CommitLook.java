package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.desired.Book;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.LfsAccess;
import dev.reconcile.source.LfsFile;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.SourceException.Reason;
import dev.reconcile.source.Tree;
import dev.reconcile.source.TreeContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks through a commit of an app before anything is planned for it, so that a plan refuses what
 * an apply would refuse. A commit whose tree is on the host was looked through before.
 */
final class CommitLook {
  private static final String GIT_LFS = "git-lfs";
  private static final List<String> PROGRAMS = List.of("/usr/local/bin", "/usr/bin", "/bin");

  private final Host host;
  private final Book book;
  private final Set<String> only;

  /**
   * @param host where trees are kept
   * @param book where faults go
   * @param only the apps that the run is about; empty for all
   */
  CommitLook(Host host, Book book, Set<String> only) {
    this.host = host;
    this.book = book;
    this.only = Set.copyOf(only);
  }

  /**
   * Whether the commit can be deployed; if not, that is a fault of the app.
   *
   * @param revision names the tree on the host
   * @param ref what would be written
   * @param files the commit's files
   * @param where the address of its repository
   * @param commit the commit and its repository, in words
   * @throws SourceException if the cache of the repository is damaged
   */
  boolean passes(App app, String revision, TreeRef ref, Tree files, String where, String commit)
      throws SourceException, HostException {
    String home = app.layout().checkouts() + "/" + revision;
    boolean concerned = only.isEmpty() || only.contains(app.name());
    if (!concerned || host.facts().stat(home).isPresent()) {
      return true;
    }
    try {
      TreeContents contents = files.survey(ref.folder());
      requireRoom(contents);
      requireLargeFiles(app, ref, contents.large(), where, commit);
      return true;
    } catch (SourceException e) {
      if (e.reason() != Reason.UNSAFE_TREE && e.reason() != Reason.TOO_LARGE) {
        throw e;
      }
      book.fault(
          app.name(),
          app.source().origin(),
          e.message(),
          "In " + commit + ":\n" + e.detail() + "\n" + app.name() + " stays as it is.");
      return false;
    }
  }

  // Nothing is fetched here; what an apply would fetch is said, and what it would need is there.
  private void requireLargeFiles(
      App app, TreeRef ref, List<LfsFile> large, String where, String commit)
      throws SourceException, HostException {
    if (large.isEmpty()) {
      return;
    }
    LfsStore store = new LfsStore(host, app.name(), ref.folder());
    Map<String, LfsFile> wanted = new TreeMap<>();
    large.stream()
        .filter(file -> file.size() > 0 && !store.seemsToHave(file))
        .forEach(file -> wanted.putIfAbsent(file.oid(), file));
    if (wanted.isEmpty()) {
      return;
    }
    long bytes = wanted.values().stream().mapToLong(LfsFile::size).sum();
    String count = wanted.size() == 1 ? "1 object" : wanted.size() + " objects";
    String what = count + " (" + Sizes.text(bytes) + ")";
    if (!hasGitLfs()) {
      throw new SourceException(
          Reason.UNSAFE_TREE,
          "git-lfs is not installed",
          "Git LFS keeps "
              + what
              + " of its files, such as "
              + wanted.values().iterator().next().path()
              + ", and git-lfs, which fetches them, is not on this host. Add it to reconcile.yaml:"
              + " packages: [git-lfs]");
    }
    book.add(
        Diagnostic.notice(
            "Git LFS objects are fetched",
            app.name()
                + ": git-lfs fetches "
                + what
                + " for "
                + commit
                + ". It asks "
                + LfsAccess.name(RepoUrl.parse(where))
                + " alone."));
  }

  private boolean hasGitLfs() throws HostException {
    if (!host.facts().live()) {
      return PROGRAMS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, GIT_LFS)));
    }
    return host.facts().program(GIT_LFS).isPresent() || book.has(PackageKind.address(GIT_LFS));
  }

  // A disk that is full harms all apps, and what serves them.
  private void requireRoom(TreeContents contents) throws SourceException, HostException {
    Path place = host.onDisk(Layout.CHECKOUTS);
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    long room;
    try {
      room = Files.getFileStore(place).getUsableSpace();
    } catch (IOException e) {
      throw new HostException("Cannot look at the file system of " + place, e);
    }
    if (contents.bytes() > room) {
      throw new SourceException(
          Reason.TOO_LARGE,
          "The source does not fit on the disk",
          "Its "
              + contents.files()
              + " files take "
              + Sizes.text(contents.bytes())
              + ", and "
              + Sizes.text(room)
              + " are free where "
              + Layout.CHECKOUTS
              + " is.");
    }
  }
}
