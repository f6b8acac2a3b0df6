// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;

/** The failures of sites whose requests a server answers that does not belong to them. */
final class OtherServer {
  private OtherServer() {}

  static SiteFailure failure(
      VisitorCheck visit, Servers servers, Server other, Endpoint endpoint, String name) {
    boolean isDefault =
        servers.choice(endpoint, ProbeRequest.NOBODY).server().stream().anyMatch(other::equals);
    boolean isByName = other.names().contains(name);
    String why =
        isByName
            ? ", which nginx reads first and which has the same name"
            : isDefault ? ", the default server there" : "";
    String file = other.block().file();
    return new SiteFailure(
        SiteFailure.Kind.OTHER_SERVER,
        true,
        """
        The site of %s does not get requests for %s on %s: the server at %s \
        answers them%s%s\
        """
            .formatted(
                visit.app(),
                name,
                endpoint.text(),
                other.place(),
                why,
                isByName ? "." : ". Only one server can be the default; it answers unknown names."),
        isCopy(file)
            ? "rm " + Diagnostic.word(file) + " && systemctl reload nginx.service"
            : "editor +" + other.block().line() + " " + Diagnostic.word(file));
  }

  /**
   * Describes that another server answers for a name at one of the addresses on which the site
   * listens.
   */
  static SiteFailure atAddress(
      VisitorCheck visit, Server other, Endpoint any, Endpoint bound, String name) {
    return new SiteFailure(
        SiteFailure.Kind.OTHER_ADDRESS,
        true,
        """
        The site of %s listens on %s, but does not get requests for %s that \
        arrive at %s. The server at %s listens on that address specifically, and nginx \
        then considers only the servers of that address.\
        """
            .formatted(visit.app(), any.text(), name, bound.text(), other.place()),
        "editor +" + other.block().line() + " " + Diagnostic.word(other.block().file()));
  }

  // Editors and packages leave copies beside a file; nginx reads them like any other file.
  private static boolean isCopy(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.matches("#.*#|.*~|.*\\.(bak|orig|old|save|swp|rej|dpkg-[a-z]+|ucf-[a-z]+)");
  }
}
