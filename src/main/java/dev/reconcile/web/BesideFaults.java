// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.ServedCertificate;
import dev.reconcile.model.Layout;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Faults that affect visitors although nginx hands a request from this machine to the app: a
 * certificate that browsers refuse, or another server at one of the machine's addresses. They are
 * found in nginx's files.
 */
final class BesideFaults {
  private static final String MADE_HERE = Layout.CERTIFICATES + "/";

  private final Facts facts;
  private final VisitorCheck visit;
  private final ResolvedConfig configuration;
  private final Servers servers;
  private final List<Server> own;

  /**
   * @param own the servers of the site
   */
  BesideFaults(
      Facts facts,
      VisitorCheck visit,
      ResolvedConfig configuration,
      Servers servers,
      List<Server> own) {
    this.facts = facts;
    this.visit = visit;
    this.configuration = configuration;
    this.servers = servers;
    this.own = List.copyOf(own);
  }

  /**
   * Finds the first fault.
   *
   * @param isMine whether an address belongs to this machine and other machines can reach it
   */
  Optional<SiteFailure> first(Predicate<String> isMine) throws HostException {
    for (Server server : own) {
      Optional<SiteFailure> found = certificate(server);
      found = found.isPresent() ? found : address(server, isMine);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  // nginx: a socket bound to one address gets its connections, not the socket for all addresses
  private Optional<SiteFailure> address(Server server, Predicate<String> isMine)
      throws HostException {
    for (Server.Listen listen : server.listens()) {
      Endpoint any = listen.endpoint();
      List<Endpoint> others =
          servers.all().stream()
              .flatMap(endpoint -> endpoint.listens().stream())
              .map(Server.Listen::endpoint)
              .filter(endpoint ->
                  any.isAny() && isPart(endpoint, any) && isMine.test(endpoint.address()))
              .distinct()
              .toList();
      for (Endpoint bound : others) {
        for (String name : server.names()) {
          Optional<Server> other = servers.choice(bound, name).server();
          boolean isPlain = name.matches("[a-z0-9.-]+") && name.contains(".");
          if (isPlain && other.isPresent() && !isDeclared(other.get())) {
            return Optional.of(OtherServer.atAddress(visit, other.get(), any, bound, name));
          }
        }
      }
    }
    return Optional.empty();
  }

  // a server of the site itself, or of another app whose template listens on that address
  private boolean isDeclared(Server server) throws HostException {
    for (String file : server.files()) {
      String name = file.substring(file.lastIndexOf('/') + 1);
      boolean isSite = VisitorCheck.of(name, visit.probe()).isAt(file);
      if (isSite && facts.stat(new Layout(name).environment()).isPresent()) {
        return true;
      }
    }
    return own.contains(server);
  }

  private static boolean isPart(Endpoint specific, Endpoint any) {
    return specific.family() == any.family() && specific.port() == any.port() && !specific.isAny();
  }

  private Optional<SiteFailure> certificate(Server server) throws HostException {
    if (server.listens().stream().noneMatch(listen -> servers.manner(listen.endpoint()).isSsl())) {
      return Optional.empty();
    }
    Optional<SiteFailure> first = Optional.empty();
    for (String path : paths(server)) {
      boolean isInterim = visit.ordered().filter(ordered -> !ordered.equals(path)).isPresent();
      Optional<String> file = facts.file(path);
      Optional<ServedCertificate> shown =
          isInterim || path.startsWith(MADE_HERE) || file.isEmpty()
              ? Optional.empty()
              : ServedCertificate.parse(facts.read(file.get(), Limits.CONFIG_FILE));
      Optional<String> fault = shown.flatMap(served -> fault(server, served));
      if (fault.isEmpty()) {
        return Optional.empty(); // one valid certificate of several is enough
      }
      first = first.or(() -> Optional.of(failure(path, fault.get())));
    }
    return first;
  }

  // A run orders a name that the site's own certificate lacks after it has changed the site, and it
  // reports an order that fails.
  private Optional<String> fault(Server server, ServedCertificate served) {
    boolean isOrdered =
        visit.ordered().isPresent()
            && server.names().stream()
                .anyMatch(name -> served.fault(List.of(name), facts::isPast).isEmpty());
    return isOrdered ? Optional.empty() : served.fault(server.names(), facts::isPast);
  }

  private SiteFailure failure(String path, String fault) {
    return new SiteFailure(
        SiteFailure.Kind.WRONG_CERTIFICATE,
        false,
        "The certificate %s of the site of %s %s. Browsers refuse it."
            .formatted(path, visit.app(), fault),
        "openssl x509 -noout -subject -dates -ext subjectAltName -in " + path);
  }

  // ssl_certificate of the innermost level applies
  private List<String> paths(Server server) {
    List<String> paths = new ArrayList<>(named(server.block().contents().toList()));
    if (paths.isEmpty()) {
      paths.addAll(named(configuration.http().toList()));
    }
    paths.removeIf(path -> path.contains("$") || path.startsWith("data:"));
    paths.replaceAll(configuration::absolute);
    return paths;
  }

  private static List<String> named(List<Directive> level) {
    return level.stream()
        .filter(directive -> directive.is("ssl_certificate"))
        .map(Directive::parameter)
        .toList();
  }
}
