// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The permanent cache, and the temporary one that takes its place where the permanent one must not
 * be written. A damaged cache is fetched from scratch, once.
 */
final class Caches implements AutoCloseable {
  /** A fetch into a cache, which returns the id of the requested object. */
  interface Fetching {
    String into(Cache cache) throws SourceException;
  }

  private final Path directory;
  private final Repository.Mode mode;
  private @Nullable Cache kept;
  private @Nullable Cache temporary;

  Caches(Path directory, Repository.Mode mode) {
    this.directory = directory;
    this.mode = mode;
  }

  /** Returns the permanent cache, if it exists. */
  Optional<Cache> kept() {
    if (kept == null) {
      kept = Cache.existing(directory).orElse(null);
    }
    return Optional.ofNullable(kept);
  }

  /** Returns the cache to fetch into; creates it if it does not exist. */
  Cache writable() throws SourceException {
    if (mode == Repository.Mode.KEEP) {
      kept = kept == null ? Cache.create(directory, List.of()) : kept;
      return kept;
    }
    if (temporary == null) {
      List<Path> alternates = kept().map(cache -> cache.store().objects()).stream().toList();
      temporary = Cache.create(temporaryDirectory(), alternates);
    }
    return temporary;
  }

  /** Tells whether objects that were read may be stored for the next run. */
  boolean mayKeep(Store store) {
    return mode == Repository.Mode.KEEP && kept != null && kept.store() == store;
  }

  /**
   * Fetches a commit and pins it.
   *
   * @return the commit, read from the cache that {@link #writable} then returns
   */
  GitObject fetch(Fetching fetching) throws SourceException {
    Cache cache = writable();
    cache.removeLeftovers();
    try {
      cache.check();
      GitObject commit = fetchInto(cache, fetching);
      cache.tidy();
      return commit;
    } catch (SourceException e) {
      if (e.reason() != Reason.CORRUPT) {
        throw e;
      }
      return rebuild(fetching, e);
    }
  }

  /** Fetches a commit into a new cache, which replaces the damaged one if the fetch succeeds. */
  GitObject rebuild(Fetching fetching, SourceException damage) throws SourceException {
    Log.warn("A git cache is damaged and is fetched again: {}", damage.detail());
    Path place = mode == Repository.Mode.KEEP ? directory : temporaryDirectory();
    Path fresh = Folders.beside(place, ".new");
    try {
      Folders.delete(fresh);
      try (Cache cache = Cache.create(fresh, List.of())) {
        GitObject commit = fetchInto(cache, fetching);
        close();
        Folders.replace(place, fresh);
        reopen(place);
        return commit;
      } finally {
        Folders.delete(fresh);
      }
    } catch (IOException e) {
      throw SourceException.storage("Cannot replace the git cache", place, e);
    }
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.close();
      kept = null;
    }
    if (temporary != null) {
      temporary.close();
      discard(temporary.store().directory());
      temporary = null;
    }
  }

  private void reopen(Path place) throws SourceException {
    Cache cache = Cache.create(place, List.of());
    if (mode == Repository.Mode.KEEP) {
      kept = cache;
    } else {
      temporary = cache;
    }
  }

  private static GitObject fetchInto(Cache cache, Fetching fetching) throws SourceException {
    GitObject commit = commit(cache.store(), fetching.into(cache));
    cache.pin(commit.id());
    return commit;
  }

  /** Returns the commit with an id, or the commit that a tag with this id points to. */
  static GitObject commit(Store store, String id) throws SourceException {
    GitObject found = store.peel(id);
    if (found.type() != GitObject.Type.COMMIT) {
      throw new SourceException(
          Reason.NOT_FOUND,
          "Not a commit",
          "It leads to a %s (%s). Choose a branch, a commit, or the tag of one."
              .formatted(found.type().name().toLowerCase(Locale.ROOT), found.id()));
    }
    return found;
  }

  private static Path temporaryDirectory() throws SourceException {
    try {
      return Files.createTempDirectory("reconcile-git-");
    } catch (IOException e) {
      throw SourceException.storage("Cannot create a temporary directory", e);
    }
  }

  private static void discard(Path directory) {
    try {
      Folders.delete(directory);
    } catch (IOException e) {
      Log.warn("Cannot remove the temporary directory {}: {}", directory, e.toString());
    }
  }
}
