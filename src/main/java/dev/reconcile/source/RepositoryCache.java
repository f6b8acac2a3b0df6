// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.Caches.Fetching;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The commits that are on this machine, and their objects. Invariant: damaged objects are fetched
 * again if the cache knows where to fetch them.
 */
final class RepositoryCache implements AutoCloseable {
  private static final int MOST_COMMIT_BYTES = 16 << 20;
  private static final int MOST_KEPT_BYTES = 1 << 20;

  /** The store of a commit's objects, and the fetch that gets them again, if there is one. */
  private record Home(Store store, @Nullable Fetching again) {}

  private final Caches caches;
  private final Map<String, Home> homes = new HashMap<>();

  /**
   * @param directory the cache directory, which need not exist
   * @param mode whether fetched commits stay in it
   */
  RepositoryCache(Path directory, Repository.Mode mode) {
    this.caches = new Caches(directory, mode);
  }

  /** Returns the caches that fetched objects go to. */
  Caches caches() {
    return caches;
  }

  /** Returns a commit that was resolved before, without contacting a server. */
  Optional<Commit> known(String commitId) throws SourceException {
    Optional<Cache> cache = caches.kept();
    if (cache.isEmpty() || !isFullId(commitId)) {
      return Optional.empty();
    }
    if (!cache.get().isPinned(commitId) && !CommitGraph.isComplete(cache.get(), commitId)) {
      return Optional.empty();
    }
    homes.putIfAbsent(commitId, new Home(cache.get().store(), null));
    return Optional.of(new CommitObjects(commitId).read(commitId, MOST_COMMIT_BYTES).asCommit());
  }

  /**
   * Tells whether a commit is, or descends from, another; false means that history was rewritten,
   * or that the ancestor is not in the cache.
   *
   * @param commit the id of a commit that this instance returned
   */
  boolean descends(String commit, String ancestor) throws SourceException {
    return commit.equals(ancestor)
        || (isFullId(ancestor) && CommitGraph.descends(home(commit).store, commit, ancestor));
  }

  /**
   * Returns a commit from which another one descends, or that one itself; empty if it does not.
   *
   * @param commit a commit that this instance returned
   */
  Optional<Commit> ancestor(Commit commit, String id) throws SourceException {
    if (!isFullId(id) || !descends(commit.id(), id)) {
      return Optional.empty();
    }
    homes.putIfAbsent(id, home(commit.id()));
    return Optional.of(new CommitObjects(id).read(id, MOST_COMMIT_BYTES).asCommit());
  }

  /** Tells whether a commit is here; afterwards it counts as one that this instance returned. */
  boolean contains(String id) throws SourceException {
    if (homes.containsKey(id) || known(id).isPresent()) {
      return true;
    }
    for (String commit : List.copyOf(homes.keySet())) {
      if (isFullId(id) && CommitGraph.descends(home(commit).store, commit, id)) {
        homes.putIfAbsent(id, home(commit));
        return true;
      }
    }
    return false;
  }

  /** Returns a commit's files, which are readable until this cache is closed. */
  Tree tree(Commit commit) throws SourceException {
    FileContents objects = new CommitObjects(commit.id());
    String root = objects.read(commit.id(), MOST_COMMIT_BYTES).header("tree");
    LocaleNames.check(objects, root);
    return new Tree(objects, root);
  }

  /** Returns the commit object as git stores it, its signature included. */
  byte[] raw(Commit commit) throws SourceException {
    return new CommitObjects(commit.id()).read(commit.id(), MOST_COMMIT_BYTES).content();
  }

  /**
   * Returns a commit that the cache has with all its history.
   *
   * @param id the commit's full id; for a shorter one the result is empty
   * @param again fetches the commit again if it is damaged
   */
  Optional<Commit> pinned(String id, Fetching again) throws SourceException {
    Optional<Cache> cache = isFullId(id) ? caches.kept() : Optional.empty();
    if (cache.isEmpty() || !cache.get().isPinned(id)) {
      return Optional.empty();
    }
    homes.put(id, new Home(cache.get().store(), again));
    return Optional.of(new CommitObjects(id).read(id, MOST_COMMIT_BYTES).asCommit());
  }

  /** Fetches a commit. */
  Commit fetched(Fetching fetching) throws SourceException {
    GitObject commit = caches.fetch(fetching);
    homes.put(commit.id(), new Home(caches.writable().store(), fetching));
    return commit.asCommit();
  }

  /** Returns a commit of another store, without copying it. */
  Commit inPlace(Store store, String id) throws SourceException {
    GitObject commit = Caches.commit(store, id);
    homes.put(commit.id(), new Home(store, null));
    return commit.asCommit();
  }

  /** Returns the cached commit whose id has a prefix; empty also if the cache is damaged. */
  Optional<Commit> kept(String prefix) throws SourceException {
    Optional<Cache> cache = caches.kept();
    try {
      Optional<String> here =
          cache.isPresent() ? CommitGraph.find(cache.get().store(), prefix) : Optional.empty();
      return here.isPresent() ? known(here.get()) : Optional.empty();
    } catch (SourceException e) {
      if (e.reason() != Reason.CORRUPT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Closes the cache; removes commits that were fetched temporarily. */
  @Override
  public void close() {
    caches.close();
  }

  private Home home(String commit) {
    Home home = homes.get(commit);
    if (home == null) {
      throw new IllegalArgumentException("not a commit of this repository: " + commit);
    }
    return home;
  }

  static boolean isFullId(String text) {
    return text.length() == 40 && RefChoice.ID.matcher(text).matches();
  }

  /**
   * The objects of one commit. If the cache turns out to be damaged, the commit is fetched again.
   */
  private final class CommitObjects implements FileContents {
    private final String commit;

    CommitObjects(String commit) {
      this.commit = commit;
    }

    @Override
    public GitObject read(String id, long maxBytes) throws SourceException {
      Store store = home(commit).store;
      Optional<GitObject> loose = store.readLoose(id, maxBytes);
      if (loose.isPresent()) {
        return loose.get();
      }
      GitObject object = readOnce(id, maxBytes);
      if (caches.mayKeep(store) && object.content().length <= MOST_KEPT_BYTES) {
        store.keep(object);
      }
      return object;
    }

    @Override
    public GitObject readOnce(String id, long maxBytes) throws SourceException {
      try {
        return home(commit).store.read(id, maxBytes);
      } catch (SourceException e) {
        repair(e);
        return home(commit).store.read(id, maxBytes);
      }
    }

    @Override
    public void copy(String id, Target to) throws SourceException, IOException {
      try {
        home(commit).store.copy(id, to);
      } catch (SourceException e) {
        repair(e);
        home(commit).store.copy(id, to);
      }
    }

    @Override
    public long size(String id) throws SourceException {
      try {
        return home(commit).store.size(id);
      } catch (SourceException e) {
        repair(e);
        return home(commit).store.size(id);
      }
    }

    private void repair(SourceException damage) throws SourceException {
      Fetching again = home(commit).again;
      if (damage.reason() != Reason.CORRUPT || again == null) {
        throw damage;
      }
      caches.rebuild(again, damage);
      homes.put(commit, new Home(caches.writable().store(), null));
    }
  }
}
