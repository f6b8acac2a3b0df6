// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.util.Map;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;

/** A session factory through which JGit fetches with the system's ssh. */
final class OpenSshSessions extends SshSessionFactory {
  private final OpenSsh ssh;
  private final RepoUrl.Ssh url;

  OpenSshSessions(OpenSsh ssh, RepoUrl.Ssh url) {
    this.ssh = ssh;
    this.url = url;
  }

  @Override
  public RemoteSession getSession(
      URIish uri, CredentialsProvider credentials, FS fs, int timeoutMillis) {
    return new Session();
  }

  @Override
  public String getType() {
    return "openssh";
  }

  /**
   * A session that starts one ssh process for each command. JGit ends the process when it closes
   * the connection.
   */
  private final class Session implements RemoteSession2 {
    @Override
    public Process exec(String command, int timeout) throws IOException {
      return exec(command, Map.of(), timeout);
    }

    @Override
    public Process exec(String command, Map<String, String> environment, int timeout)
        throws IOException {
      try {
        return ssh.start(url, command, environment);
      } catch (SourceException e) {
        throw new TransportException(e.detail(), e);
      }
    }

    @Override
    public void disconnect() {
      // Each process has its own connection.
    }
  }
}
