package dev.reconcile.source;

import dev.reconcile.source.Caches.Fetching;
import dev.reconcile.source.SourceException.Reason;
import java.util.List;
import java.util.Optional;

/** A repository to fetch from. Its refs are read without JGit where that is simple. */
record Remote(RepoUrl url, OpenSsh ssh) {
  /**
   * Asks where branches and tags stand.
   *
   * @param caches only for https, where JGit asks and wants a repository of its own
   */
  Refs refs(Caches caches) throws SourceException {
    // not a switch over types: what Java makes for one at run time takes longer than the answer
    if (url instanceof RepoUrl.Ssh server) {
      return SshRefs.read(ssh, server);
    }
    return url instanceof RepoUrl.Local local ? refs(local) : fetch().list(caches.writable());
  }

  /** Returns the commit that a name stands at, tags followed as far as the refs themselves tell. */
  String commitId(Refs refs, RefChoice.Named named) throws SourceException {
    return refs.peeled(named.name()).orElse(named.id());
  }

  /** Returns the commit that an annotated tag on this machine finally points to. */
  Optional<String> localTag(RefChoice.Named named) throws SourceException {
    if (!(url instanceof RepoUrl.Local local) || !named.name().startsWith("refs/tags/")) {
      return Optional.empty();
    }
    try (Store store = store(local)) {
      return Optional.of(store.peel(named.id()).id());
    }
  }

  /** Fetches a branch or tag, to where it stands by then. */
  Fetching fetching(RefChoice.Named named) {
    return into -> fetch().ref(into, named.name());
  }

  /** Fetches a commit by its id; there is a NOT_FOUND if the repository does not have it. */
  Fetching fetching(Refs refs, RefChoice.Id wanted) {
    return into -> {
      if (wanted.isFull() && hasFetched(into, wanted.prefix())) {
        return wanted.prefix();
      }
      fetch().everything(into);
      Optional<String> found = CommitGraph.find(into.store(), wanted.prefix());
      if (found.isEmpty()) {
        throw RefChoice.notFound(url, refs, wanted.prefix());
      }
      return found.get();
    };
  }

  static Store store(RepoUrl.Local local) throws SourceException {
    return new Store(GitDirectory.at(local.path()), List.of());
  }

  private static Refs refs(RepoUrl.Local local) throws SourceException {
    try (Store store = store(local)) {
      if (store.git().isShallow()) {
        throw new SourceException(
            Reason.NOT_A_REPO,
            "Shallow clone",
            local + " holds only the end of its history. Complete it: git fetch --unshallow.");
      }
      return store.refs();
    }
  }

  /** Asks for the commit alone; not every server hands out what no ref stands at. */
  private boolean hasFetched(Cache into, String id) throws SourceException {
    try {
      fetch().commit(into, id);
      return true;
    } catch (SourceException refused) {
      if (refused.reason() == Reason.CORRUPT) {
        throw refused;
      }
      return false;
    }
  }

  private Fetch fetch() {
    return new Fetch(url, ssh);
  }
}
