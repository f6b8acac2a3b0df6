// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.Caches.Fetching;
import dev.reconcile.source.SourceException.Reason;
import java.util.List;
import java.util.Optional;

/** A repository to fetch from. Its refs are read without JGit where possible. */
record Remote(RepoUrl url, OpenSsh ssh) {
  /**
   * Returns the repository's current refs.
   *
   * @param caches used only for https, where JGit lists the refs and needs a local repository
   */
  Refs refs(Caches caches) throws SourceException {
    // a type switch would be linked at run time, which takes longer than reading the refs
    if (url instanceof RepoUrl.Ssh server) {
      return SshRefs.read(ssh, server);
    }
    return url instanceof RepoUrl.Local local ? refs(local) : fetch().list(caches.writable());
  }

  /**
   * Returns the id of a ref's commit; tags are followed only as far as the refs list their targets.
   */
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

  /** Returns a fetch of a branch or tag, at the commit that it points to by then. */
  Fetching fetching(RefChoice.Named named) {
    return into -> fetch().ref(into, named.name());
  }

  /**
   * Returns a fetch of a commit by its id; it fails with NOT_FOUND if the repository does not have
   * it.
   */
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

  /**
   * Opens a repository on this machine that has all of its history and files.
   *
   * @throws SourceException NOT_A_REPO for a shallow or a partial clone
   */
  static Store complete(RepoUrl.Local local) throws SourceException {
    GitDirectory git = GitDirectory.at(local.path());
    if (git.isShallow()) {
      throw new SourceException(
              Reason.NOT_A_REPO,
              "Shallow clone",
              local + " holds only the end of its history. Complete it.")
          .suggesting("git -C " + Diagnostic.quoted(local.toString()) + " fetch --unshallow");
    }
    if (git.isPartial()) {
      throw new SourceException(
          Reason.NOT_A_REPO,
          "Partial clone",
          """
          %s lacks files, which git would fetch from the remote on demand. Clone the repository \
          again without --filter.\
          """
              .formatted(local));
    }
    return new Store(git, List.of());
  }

  private static Refs refs(RepoUrl.Local local) throws SourceException {
    try (Store store = complete(local)) {
      return store.refs();
    }
  }

  /**
   * Fetches the commit alone; false if the server refuses. Not every server serves commits that no
   * ref points to.
   */
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
