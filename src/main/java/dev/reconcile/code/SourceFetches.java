// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * The commits of the apps' own repositories. Several repositories are fetched at the same time,
 * because most of a fetch is spent waiting for the server.
 *
 * <p>Invariant: one thread at a time uses a repository, and a server has few connections at the
 * same time. From the tenth on that is not logged in yet, sshd drops some (sshd_config(5),
 * MaxStartups).
 */
final class SourceFetches {
  private static final int MOST_AT_ONCE = 16;
  private static final int MOST_OF_A_SERVER = 4;

  private final Map<App.Source.Git, Result> results = new ConcurrentHashMap<>();

  private interface Result {
    Commit get() throws SourceException;
  }

  /**
   * Fetches the commits of sources; {@link #commit} then returns them, or throws their failures.
   */
  void fetch(Map<Repository, List<App.Source.Git>> sources) {
    int width = Math.min(sources.size(), MOST_AT_ONCE);
    if (width < 2) {
      return; // commit() fetches it
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(width)) {
      List<Future<?>> running = new ArrayList<>();
      Map<String, Semaphore> servers = new HashMap<>();
      sources.forEach((repository, wanted) -> {
        Semaphore server =
            servers.computeIfAbsent(
                server(wanted.getFirst()), _ -> new Semaphore(MOST_OF_A_SERVER));
        running.add(threads.submit(() -> fetch(repository, wanted, server)));
      });
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // commit() fetches the rest
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fetch threw an unexpected exception", e.getCause());
    }
  }

  private void fetch(Repository repository, List<App.Source.Git> wanted, Semaphore server) {
    server.acquireUninterruptibly();
    try {
      wanted.forEach(source -> fetch(repository, source));
    } finally {
      server.release();
    }
  }

  // https and local repositories count as on one server.
  private static String server(App.Source.Git source) {
    try {
      return RepoUrl.parse(source.url()) instanceof RepoUrl.Ssh ssh
          ? ssh.host() + ":" + ssh.port()
          : "";
    } catch (SourceException e) {
      return "";
    }
  }

  private void fetch(Repository repository, App.Source.Git source) {
    try {
      Commit commit = resolve(repository, source);
      results.put(source, () -> commit);
    } catch (SourceException e) {
      results.put(
          source,
          () -> {
            throw e;
          });
    }
  }

  /** Returns the commit of a source, which is fetched if {@link #fetch} has not done it. */
  Commit commit(Repository repository, App.Source.Git source) throws SourceException {
    Result known = results.get(source);
    return known == null ? resolve(repository, source) : known.get();
  }

  private static Commit resolve(Repository repository, App.Source.Git source)
      throws SourceException {
    Optional<String> ref = Optional.of(source.ref()).filter(text -> !text.isEmpty());
    return repository.resolve(RepoUrl.parse(source.url()), ref);
  }
}
