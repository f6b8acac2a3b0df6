package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
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
 * What keeps visitors of a site away although nginx hands a request from this machine to the app: a
 * certificate that browsers refuse, another server at one of the machine's addresses. It is read
 * from nginx's files.
 */
final class BesideFaults {
  private static final int MOST_BYTES = 1 << 20;
  private static final String MADE_HERE = Layout.CERTIFICATES + "/";

  private final Facts facts;
  private final VisitorCheck visit;
  private final ResolvedConfig configuration;
  private final Servers servers;
  private final List<Server> own;

  /**
   * @param own the site's servers
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
   * The first.
   *
   * @param isMine whether an address is this machine's, and others than itself can reach it
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

  // nginx: a socket that is bound to one address takes its connections from the one for all
  private Optional<SiteFailure> address(Server server, Predicate<String> isMine)
      throws HostException {
    for (Server.Listen listen : server.listens()) {
      Endpoint any = listen.endpoint();
      List<Endpoint> others =
          servers.all().stream()
              .flatMap(one -> one.listens().stream())
              .map(Server.Listen::endpoint)
              .filter(one -> any.isAny() && isPart(one, any) && isMine.test(one.address()))
              .distinct()
              .toList();
      for (Endpoint one : others) {
        for (String name : server.names()) {
          Optional<Server> other = servers.choice(one, name).server();
          boolean isPlain = name.matches("[a-z0-9.-]+") && name.contains(".");
          if (isPlain && other.isPresent() && !isDeclared(other.get())) {
            return Optional.of(OtherServer.atAddress(visit, other.get(), any, one, name));
          }
        }
      }
    }
    return Optional.empty();
  }

  // the site's own, or another app's whose site is for that address by its template
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

  private static boolean isPart(Endpoint one, Endpoint any) {
    return one.family() == any.family() && one.port() == any.port() && !one.isAny();
  }

  private Optional<SiteFailure> certificate(Server server) throws HostException {
    if (server.listens().stream().noneMatch(one -> servers.manner(one.endpoint()).isSsl())) {
      return Optional.empty();
    }
    Optional<SiteFailure> first = Optional.empty();
    for (String path : paths(server)) {
      boolean isInterim = visit.ordered().filter(one -> !one.equals(path)).isPresent();
      Optional<String> file = facts.file(path);
      Optional<ServedCertificate> shown =
          isInterim || path.startsWith(MADE_HERE) || file.isEmpty()
              ? Optional.empty()
              : ServedCertificate.parse(facts.read(file.get(), MOST_BYTES));
      Optional<String> fault =
          shown.isEmpty() ? Optional.empty() : shown.get().fault(server.names(), facts::isPast);
      if (fault.isEmpty()) {
        return Optional.empty(); // of several, one that is in order is enough
      }
      first = first.or(() -> Optional.of(failure(path, fault.get())));
    }
    return first;
  }

  private SiteFailure failure(String path, String fault) {
    return new SiteFailure(
        SiteFailure.Kind.WRONG_CERTIFICATE,
        false,
        "The certificate %s of the site of %s %s: browsers refuse it."
            .formatted(path, visit.app(), fault),
        "openssl x509 -noout -subject -dates -ext subjectAltName -in " + path);
  }

  // the innermost level that names one counts
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
        .filter(one -> one.is("ssl_certificate"))
        .map(Directive::parameter)
        .toList();
  }
}
