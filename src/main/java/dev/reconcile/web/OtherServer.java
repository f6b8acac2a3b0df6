package dev.reconcile.web;

import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;

/** How it is told that a server which is not the site's answers for it. */
final class OtherServer {
  private OtherServer() {}

  static SiteFailure obstacle(
      VisitorCheck visit, Servers servers, Server other, Endpoint endpoint, String name) {
    boolean isDefault =
        servers.choice(endpoint, ProbeRequest.NOBODY).server().stream().anyMatch(other::equals);
    boolean isByName = other.names().contains(name);
    String why =
        isByName
            ? ", which nginx reads first and which has the name, too"
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
                isByName
                    ? "."
                    : ". Only one server can be the default; a name that nobody has leads to it."),
        isCopy(file)
            ? "rm " + quoted(file) + " && systemctl reload nginx.service"
            : "editor +" + other.block().line() + " " + quoted(file));
  }

  /** Another server takes a name at one of the addresses on which the site listens. */
  static SiteFailure atAddress(
      VisitorCheck visit, Server other, Endpoint any, Endpoint one, String name) {
    return new SiteFailure(
        SiteFailure.Kind.OTHER_ADDRESS,
        true,
        """
        The site of %s listens on %s, but does not get requests for %s that \
        come to %s: the server at %s listens on that address alone, so nginx \
        looks for the name only among those that do.\
        """
            .formatted(visit.app(), any.text(), name, one.text(), other.place()),
        "editor +" + other.block().line() + " " + quoted(other.block().file()));
  }

  // what editors and packages leave beside a file, and nginx reads like any other
  private static boolean isCopy(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.matches("#.*#|.*~|.*\\.(bak|orig|old|save|swp|rej|dpkg-[a-z]+|ucf-[a-z]+)");
  }

  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9_./+@:-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
