// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.Caches.Fetching;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commits of git repositories, and the cache that stores them.
 *
 * <p>A commit that {@link #resolve} returned is in the cache with all its history, and stays
 * readable when the repository becomes unreachable. An instance belongs to one thread. The caller
 * ensures that only one process on the machine at a time uses a cache that is opened with {@link
 * Mode#KEEP}.
 */
public final class Repository implements AutoCloseable {
  /** The use of the cache directory. */
  public enum Mode {
    /** Fetched commits stay in the cache. */
    KEEP,
    /** The cache is read but not written; fetched commits are removed on close. */
    TEMPORARY
  }

  private final Mode mode;
  private final OpenSsh ssh;
  private final FetchWatch watch;
  private final String key;
  private final RepositoryCache cache;
  private final List<Store> opened = new ArrayList<>();
  private final Map<String, Refs> asked = new HashMap<>();
  private final List<Tip> tips = new ArrayList<>();

  private Repository(Path directory, Mode mode, OpenSsh ssh, FetchWatch watch, String key) {
    this.mode = mode;
    this.ssh = ssh;
    this.watch = watch;
    this.key = key;
    this.cache = new RepositoryCache(directory.toAbsolutePath(), mode);
  }

  /**
   * Opens a cache, which need not exist; writes nothing yet.
   *
   * @param cacheDirectory created when first needed, with mode 0700
   */
  public static Repository open(Path cacheDirectory, Mode mode) {
    return open(cacheDirectory, mode, List.of());
  }

  /** Opens a cache, with an observer of fetches. */
  public static Repository open(Path cacheDirectory, Mode mode, FetchWatch watch) {
    return new Repository(cacheDirectory, mode, new OpenSsh(List.of()), watch, "");
  }

  /**
   * Opens another cache with the same mode and observer.
   *
   * @param key the file of the only ssh key to use; empty for the user's own keys
   */
  public Repository beside(Path cacheDirectory, String key) {
    return key.isEmpty()
        ? new Repository(cacheDirectory, mode, ssh, watch, "")
        : new Repository(cacheDirectory, mode, OpenSsh.with(key), watch, key);
  }

  /** Opens a cache, with further arguments for ssh such as {@code -F FILE}. */
  static Repository open(Path cacheDirectory, Mode mode, List<String> sshOptions) {
    return new Repository(cacheDirectory, mode, new OpenSsh(sshOptions), FetchWatch.NONE, "");
  }

  /**
   * Resolves a branch, tag or commit id to a commit, and fetches it if it is missing. For a full
   * commit id that is in the cache, no server is contacted: a commit cannot change.
   *
   * @param ref a branch, a tag, or a commit id of at least four digits; empty for the default
   *     branch
   * @throws SourceException UNREACHABLE, NOT_A_REPO, NOT_FOUND, CORRUPT or STORAGE
   */
  public Commit resolve(RepoUrl url, Optional<String> ref) throws SourceException {
    Remote remote = new Remote(url, ssh);
    Optional<Commit> pinned = ref.isPresent() ? pinned(remote, ref.get()) : Optional.empty();
    if (pinned.isPresent()) {
      return pinned.get();
    }
    if (mode == Mode.TEMPORARY && url instanceof RepoUrl.Local local) {
      return inPlace(local, ref);
    }
    Refs refs = refs(remote);
    RefChoice choice = RefChoice.of(url, refs, ref);
    note(tip(url, ref, choice));
    return switch (choice) {
      case RefChoice.Named named -> named(remote, refs, named);
      case RefChoice.Id id -> byId(remote, refs, id);
    };
  }

  /**
   * Returns the object that a branch or tag points to; fetches nothing. The answer is kept for
   * {@link #resolve}, so that each repository is asked once.
   *
   * @throws SourceException UNREACHABLE, NOT_A_REPO or NOT_FOUND
   */
  public Tip tip(RepoUrl url, Optional<String> ref) throws SourceException {
    return tip(url, ref, RefChoice.of(url, refs(new Remote(url, ssh)), ref));
  }

  /** Returns all answers that {@link #resolve} got from repositories; full commit ids need none. */
  public List<Tip> tips() {
    return List.copyOf(tips);
  }

  private void note(Tip tip) {
    if (!tips.contains(tip)) {
      tips.add(tip);
    }
  }

  private Tip tip(RepoUrl url, Optional<String> ref, RefChoice choice) {
    // an abbreviated id may come to mean another commit
    String id = choice instanceof RefChoice.Named named ? named.id() : "";
    return new Tip(url.toString(), ref.orElse(""), id, key);
  }

  private Refs refs(Remote remote) throws SourceException {
    String url = remote.url().toString();
    Refs known = asked.get(url);
    if (known == null) {
      known = remote.refs(cache.caches());
      asked.put(url, known);
    }
    return known;
  }

  /** Returns a commit that was resolved before, without contacting a server. */
  public Optional<Commit> known(String commitId) throws SourceException {
    return cache.known(commitId);
  }

  /**
   * Returns the id of the commit that a branch, tag or commit id stands for, by the list of refs
   * alone; empty if that needs the object itself: for an abbreviated id, and for a tag that the
   * server does not peel.
   *
   * @throws SourceException UNREACHABLE, NOT_A_REPO or NOT_FOUND
   */
  public Optional<String> target(RepoUrl url, Optional<String> ref) throws SourceException {
    if (ref.isPresent() && RepositoryCache.isFullId(ref.get())) {
      return ref;
    }
    Remote remote = new Remote(url, ssh);
    Refs refs = refs(remote);
    RefChoice choice = RefChoice.of(url, refs, ref);
    note(tip(url, ref, choice));
    return choice instanceof RefChoice.Named named
        ? Optional.of(remote.localTag(named).orElse(remote.commitId(refs, named)))
        : Optional.empty();
  }

  /**
   * Returns a commit from which another one descends, or that one itself; empty if it does not.
   *
   * @param commit a commit that this instance returned
   * @param id the full id of the wanted commit
   */
  public Optional<Commit> ancestor(Commit commit, String id) throws SourceException {
    return cache.ancestor(commit, id);
  }

  /**
   * Tells whether a commit is here, with all its history; afterwards {@link #descends} accepts it.
   *
   * @param id a full commit id
   */
  public boolean contains(String id) throws SourceException {
    return cache.contains(id);
  }

  /**
   * Tells whether a commit is, or descends from, another; false means that history was rewritten,
   * or that the ancestor is not in the cache.
   *
   * @param commit the id of a commit that this instance returned
   */
  public boolean descends(String commit, String ancestor) throws SourceException {
    return cache.descends(commit, ancestor);
  }

  /** Returns a commit's files, which are readable until this repository is closed. */
  public Tree tree(Commit commit) throws SourceException {
    return cache.tree(commit);
  }

  /** Returns the commit object as git stores it, its signature included. */
  public byte[] raw(Commit commit) throws SourceException {
    return cache.raw(commit);
  }

  /**
   * Requests access to a repository's Git LFS objects from its ssh server. Returns the server's
   * answer, which is JSON (git-lfs, docs/api/authentication.md).
   *
   * @throws SourceException UNREACHABLE or NOT_A_REPO
   */
  public String lfs(RepoUrl.Ssh url) throws SourceException {
    String path = url.path().replaceFirst("^/", ""); // as git-lfs does
    return SshQuestion.ask(
        ssh,
        url,
        "git-lfs-authenticate " + SshQuestion.quoted(path) + " download",
        process -> SshQuestion.all(process));
  }

  /**
   * Tells whether a working copy has uncommitted changes, new files included. The commits that
   * {@link #resolve} returns do not contain them.
   */
  public boolean hasUncommittedChanges(RepoUrl.Directory working) throws SourceException {
    try (Store store = Remote.store(working)) {
      return store.git().workTree().isPresent() && WorkTreeStatus.isDirty(store.jgit());
    }
  }

  /** Closes all files; removes commits that were fetched in {@link Mode#TEMPORARY}. */
  @Override
  public void close() {
    opened.forEach(Store::close);
    cache.close();
  }

  private Optional<Commit> pinned(Remote remote, String id) throws SourceException {
    RefChoice.Id wanted = new RefChoice.Id(id);
    return cache.pinned(
        id, into -> remote.fetching(remote.refs(cache.caches()), wanted).into(into));
  }

  private Commit named(Remote remote, Refs refs, RefChoice.Named named) throws SourceException {
    Optional<Commit> pinned = pinned(remote, remote.commitId(refs, named));
    if (pinned.isPresent()) {
      return pinned.get();
    }
    Optional<String> tagged = remote.localTag(named);
    if (tagged.isPresent()) {
      pinned = pinned(remote, tagged.get());
      if (pinned.isPresent()) {
        return pinned.get();
      }
    }
    return fetched(remote, remote.fetching(named));
  }

  private Commit byId(Remote remote, Refs refs, RefChoice.Id wanted) throws SourceException {
    Optional<Commit> known = cache.kept(wanted.prefix());
    return known.isPresent() ? known.get() : fetched(remote, remote.fetching(refs, wanted));
  }

  private Commit fetched(Remote remote, Fetching fetching) throws SourceException {
    Runnable ended = watch.begins(remote.url().toString());
    try {
      return cache.fetched(fetching);
    } finally {
      ended.run();
    }
  }

  /** Resolves a ref of a repository on this machine in place, without copying objects. */
  private Commit inPlace(RepoUrl.Local url, Optional<String> ref) throws SourceException {
    Store store = Remote.complete(url);
    opened.add(store);
    Refs refs = store.refs();
    RefChoice choice = RefChoice.of(url, refs, ref);
    note(tip(url, ref, choice));
    Optional<String> id =
        switch (choice) {
          case RefChoice.Named named -> Optional.of(named.id());
          case RefChoice.Id wanted -> CommitGraph.find(store, wanted.prefix());
        };
    if (id.isEmpty()) {
      throw RefChoice.notFound(url, refs, ref.orElse("HEAD"));
    }
    return cache.inPlace(store, id.get());
  }
}
