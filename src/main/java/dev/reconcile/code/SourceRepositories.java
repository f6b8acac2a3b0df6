// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.source.Repository;
import dev.reconcile.source.Tip;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The apps' own repositories, each with a cache on the host. Each of them is opened once in a run,
 * so it is asked for its refs once.
 */
public final class SourceRepositories implements AutoCloseable {
  private final Host host;
  private final Repository caches;
  private final Map<String, Repository> repositories;
  private final boolean isOwner;

  /**
   * @param host the host with the caches
   * @param caches the repository whose settings open the apps' own caches
   */
  public SourceRepositories(Host host, Repository caches) {
    this(host, caches, new HashMap<>(), true);
  }

  private SourceRepositories(
      Host host, Repository caches, Map<String, Repository> repositories, boolean isOwner) {
    this.host = host;
    this.caches = caches;
    this.repositories = repositories;
    this.isOwner = isOwner;
  }

  /** Returns the same repositories for another user of them, who does not close them. */
  public SourceRepositories shared() {
    return new SourceRepositories(host, caches, repositories, false);
  }

  /** Returns the repository of a source; one key may open a repository that another does not. */
  public Repository of(App.Source.Git source) throws HostException {
    String name = source.key().isEmpty() ? source.url() : source.url() + "\n" + source.key();
    Repository known = repositories.get(name);
    if (known == null) {
      known = caches.beside(host.onDisk(SourceResolver.cacheOf(name)), source.key());
      repositories.put(name, known);
    }
    return known;
  }

  /** Returns the tips of all repositories at the time of the question. */
  public List<Tip> tips() {
    return repositories.values().stream()
        .flatMap(repository -> repository.tips().stream())
        .toList();
  }

  @Override
  public void close() {
    if (isOwner) {
      repositories.values().forEach(Repository::close);
    }
  }
}
