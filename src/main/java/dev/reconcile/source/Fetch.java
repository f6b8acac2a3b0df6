// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.PackInvalidException;
import org.eclipse.jgit.errors.PackMismatchException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.NetRCCredentialsProvider;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/**
 * A fetch of objects from a repository into a cache, through JGit. It moves no ref: a commit counts
 * only once it is pinned, so a killed fetch leaves only a file to remove.
 */
final class Fetch {
  private static final int IDLE_SECONDS = 60;

  private final RepoUrl url;
  private final OpenSsh ssh;

  Fetch(RepoUrl url, OpenSsh ssh) {
    this.url = url;
    this.ssh = ssh;
  }

  /** A choice of the refs to fetch from those that the server lists. */
  private interface Choice {
    Collection<Ref> of(FetchConnection connection) throws SourceException;
  }

  /**
   * Returns the refs that the server lists; fetches nothing. Used for servers that only JGit can
   * talk to.
   */
  Refs list(Cache cache) throws SourceException {
    List<Ref> listed = new ArrayList<>();
    run(
        cache,
        connection -> {
          listed.addAll(connection.getRefs());
          return List.of();
        });
    return JGitRefs.of(listed);
  }

  /** Fetches a branch or tag with all its history; returns the id that it points to now. */
  String ref(Cache cache, String name) throws SourceException {
    return run(
            cache,
            connection -> {
              Ref ref = connection.getRef(name);
              if (ref == null) {
                throw new SourceException(
                    Reason.NOT_FOUND,
                    "No such branch or tag",
                    name + " was removed from " + url + " during the fetch.");
              }
              return List.of(ref);
            })
        .getFirst();
  }

  /** Fetches a commit by its full id. A server may refuse this. */
  void commit(Cache cache, String id) throws SourceException {
    ObjectId wanted = ObjectId.fromString(id);
    run(cache, connection -> List.of(new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, id, wanted)));
  }

  /** Fetches all branches and tags. */
  void everything(Cache cache) throws SourceException {
    run(
        cache,
        connection ->
            connection.getRefs().stream()
                .filter(Fetch::isBranchOrTag)
                .filter(ref -> ref.getObjectId() != null)
                .toList());
  }

  private static boolean isBranchOrTag(Ref ref) {
    return ref.getName().startsWith(Constants.R_HEADS)
        || ref.getName().startsWith(Constants.R_TAGS);
  }

  private List<String> run(Cache cache, Choice choice) throws SourceException {
    Repository into = cache.store().jgit();
    try (Transport transport = open(into)) {
      transport.setTimeout(url instanceof RepoUrl.Local ? 0 : IDLE_SECONDS);
      try (FetchConnection connection = transport.openFetch()) {
        Collection<Ref> wanted = choice.of(connection);
        if (!wanted.isEmpty()) {
          connection.fetch(NullProgressMonitor.INSTANCE, wanted, Set.of());
          checkComplete(cache, into, wanted);
        }
        return wanted.stream()
            .map(Ref::getObjectId)
            .filter(id -> id != null)
            .map(ObjectId::name)
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw failure(e);
    } catch (IllegalThreadStateException e) {
      throw unreachable(e); // JGit asks for the exit value of an ssh that has not ended yet
    }
  }

  private Transport open(Repository into)
      throws SourceException, NotSupportedException, TransportException, URISyntaxException {
    return switch (url) {
      case RepoUrl.Local local ->
          Transport.open(
              into, new URIish().setPath(GitDirectory.at(local.path()).own().toString()));
      case RepoUrl.Https https -> {
        WebAccess.prepare();
        URIish address = new URIish(https.text());
        Transport transport = Transport.open(into, address);
        if (address.getPass() == null) {
          transport.setCredentialsProvider(new NetRCCredentialsProvider());
        }
        yield transport;
      }
      case RepoUrl.Ssh server -> {
        Transport transport = Transport.open(into, uri(server));
        if (transport instanceof SshTransport sshTransport) {
          sshTransport.setSshSessionFactory(new OpenSshSessions(ssh, server));
        }
        yield transport;
      }
    };
  }

  /** Returns the address without a scheme, so that JGit passes the path on unchanged. */
  private static URIish uri(RepoUrl.Ssh url) {
    return new URIish().setHost(url.host()).setPath(url.path());
  }

  /**
   * Checks that no object is missing: a server or a broken connection may leave some out. Pinned
   * commits were checked before.
   */
  private static void checkComplete(Cache cache, Repository into, Collection<Ref> wanted)
      throws IOException, SourceException {
    try (ObjectWalk walk = new ObjectWalk(into)) {
      for (Ref ref : wanted) {
        walk.markStart(walk.parseAny(ref.getObjectId()));
      }
      for (String pin : cache.pins()) {
        walk.markUninteresting(walk.parseAny(ObjectId.fromString(pin)));
      }
      walk.checkConnectivity();
    }
  }

  private SourceException failure(Exception error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SourceException known) {
        return known;
      }
      if (isDamage(cause)) {
        return SourceException.corrupt(
            "Fetching " + url + ": " + PrintableText.line(cause.toString()) + ".");
      }
      if (cause instanceof NoRemoteRepositoryException) {
        return new SourceException(
            Reason.NOT_A_REPO,
            "No such repository on the server",
            url + ": check the path, and that it may be read without a password.");
      }
    }
    return unreachable(error);
  }

  private static boolean isDamage(Throwable cause) {
    return cause instanceof CorruptObjectException
        || cause instanceof MissingObjectException
        || cause instanceof PackInvalidException
        || cause instanceof PackMismatchException;
  }

  private SourceException unreachable(Exception error) {
    return url instanceof RepoUrl.Https web
        ? WebFailure.of(web, error)
        : new SourceException(
            Reason.UNREACHABLE,
            "Cannot fetch from the repository",
            url + ": " + PrintableText.line(String.valueOf(error.getMessage())),
            error);
  }
}
