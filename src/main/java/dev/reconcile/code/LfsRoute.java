// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.model.Content;
import dev.reconcile.model.NetworkSettings;
import dev.reconcile.source.LfsAccess;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.WebAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The route of git-lfs to the server of a source, direct or through a proxy, and the certificate
 * authorities that it trusts. The proxy forwards to that server alone, so git-lfs can reach no
 * other server through it.
 *
 * <p>Invariant: a proxy's password is in no command line and in no setting of a unit.
 *
 * @param server the web server; empty for a repository on this machine
 * @param way the proxy; empty if the server is reached directly
 * @param authorities the trusted certificate authorities; empty for the system's
 */
record LfsRoute(String server, Optional<WebAccess.Way> way, Optional<Content> authorities) {
  /** Returns the route by which git reaches the same server. */
  static LfsRoute of(NetworkSettings network, LfsAccess access) throws SourceException {
    if (access.host().isEmpty()) {
      return new LfsRoute("", Optional.empty(), Optional.empty());
    }
    String server = access.url().replaceFirst("^(https://[^/]*).*", "$1");
    return new LfsRoute(server, WebAccess.way(network, URI.create(server)), certificates(network));
  }

  // Only root may be able to read the file.
  private static Optional<Content> certificates(NetworkSettings network) throws SourceException {
    Optional<String> file = network.authorities();
    try {
      return file.isPresent()
          ? Optional.of(Content.of(Files.readString(Path.of(file.get()))))
          : Optional.empty();
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Reason.UNREACHABLE,
          "Unreadable certificate authorities",
          file.orElse("") + ": " + e.getMessage() + ".");
    }
  }

  /** Returns the only host that git-lfs may reach, whose address it must know. */
  String neighbour(LfsAccess access) {
    return way.map(WebAccess.Way::host).orElse(access.host());
  }

  /**
   * Returns lines of git's configuration, for git-lfs's standard input.
   *
   * @param file the path at which git-lfs sees the authorities
   */
  String configuration(String file) {
    StringBuilder lines = new StringBuilder();
    way.ifPresent(proxy ->
        lines.append("c[http \"%s\"]\nc\tproxy = \"%s\"\n".formatted(server, proxy.address())));
    authorities.ifPresent(_ -> lines.append("c[http]\nc\tsslCAInfo = " + file + "\n"));
    return lines.toString();
  }
}
