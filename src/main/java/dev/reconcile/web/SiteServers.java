// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The servers of a site according to nginx's files, the requests that they must answer, and the
 * first other server that answers instead.
 */
final class SiteServers {
  private static final int MOST_LOOPBACK = 9;
  private static final String LABEL = "reconcile-visitor";

  private final Facts facts;
  private final VisitorCheck visit;
  private final ResolvedConfig configuration;
  private final Servers servers;
  private final List<Server> own;
  private final List<ProbeRequest> asks = new ArrayList<>();
  private Optional<SiteFailure> failure = Optional.empty();

  SiteServers(Facts facts, VisitorCheck visit, ResolvedConfig configuration, Servers servers)
      throws HostException {
    this.facts = facts;
    this.visit = visit;
    this.configuration = configuration;
    this.servers = servers;
    Set<String> places = new TreeSet<>(List.of(visit.file(), visit.link()));
    facts.realPath(visit.link()).ifPresent(places::add);
    this.own = servers.of(file -> places.contains(file));
    for (Server server : own) {
      for (boolean ssl : List.of(false, true)) {
        look(server, ssl);
      }
    }
  }

  /** Reports whether nginx reads the site. */
  boolean areRead() {
    return !own.isEmpty();
  }

  /**
   * Returns the failure that another server answers for a name of the site; empty if none is known.
   */
  Optional<SiteFailure> failure() {
    return failure;
  }

  /** The site's servers. */
  List<Server> own() {
    return own;
  }

  /** Finds a fault that affects visitors although requests from this machine reach the app. */
  Optional<SiteFailure> beside() throws HostException {
    return new BesideFaults(facts, visit, configuration, servers, own)
        .first(address -> !isLoopback(address) && mine(address).isPresent());
  }

  /** Returns the possible requests, at most one for each server and scheme. */
  List<ProbeRequest> asks() {
    return List.copyOf(asks);
  }

  private void look(Server server, boolean ssl) throws HostException {
    Optional<ProbeRequest> best = Optional.empty();
    for (Server.Listen listen : server.listens()) {
      Server.Listen manner = servers.manner(listen.endpoint());
      if (manner.isSsl() == ssl) {
        Optional<String> name = name(server, listen.endpoint());
        Optional<String> address = address(listen.endpoint());
        boolean can = name.isPresent() && address.isPresent();
        if (can && (best.isEmpty() || rank(listen) < rank(best.get().manner()))) {
          best = Optional.of(ask(server, manner, address.get(), name.get()));
        }
      }
    }
    best.ifPresent(asks::add);
  }

  private static int rank(Server.Listen listen) {
    return switch (listen.endpoint().family()) {
      case IPV4 -> 0;
      case IPV6 -> 1;
      case UNIX -> 2;
    };
  }

  private ProbeRequest ask(Server server, Server.Listen manner, String address, String name)
      throws HostException {
    return new ProbeRequest(
        server,
        manner.endpoint(),
        address,
        manner,
        name,
        isDefault(server, manner.endpoint()),
        manner.isSsl() ? certificates(server) : Set.of(),
        visit.probe(),
        AppRoute.of(server, configuration, visit.probe().path(), visit.probe().address()));
  }

  private boolean isDefault(Server server, Endpoint endpoint) {
    Servers.Choice choice = servers.choice(endpoint, ProbeRequest.NOBODY);
    return !choice.isCertain() || choice.server().filter(server::equals).isPresent();
  }

  /**
   * Finds a name for which this server answers on the endpoint, and records another server that
   * answers for one of its names.
   */
  private Optional<String> name(Server server, Endpoint endpoint) {
    Optional<String> found = Optional.empty();
    boolean isNamed = false;
    for (String name : server.names()) {
      String sample = sample(name);
      isNamed |= !sample.isEmpty() || name.startsWith("~") || name.contains("$");
      if (!sample.isEmpty()) {
        Servers.Choice choice = servers.choice(endpoint, sample);
        if (choice.server().filter(server::equals).isPresent()) {
          found = found.or(() -> Optional.of(sample));
        } else {
          choice.server().ifPresent(other -> note(other, endpoint, name));
        }
      }
    }
    if (found.isPresent()) {
      return found;
    }
    Servers.Choice choice = servers.choice(endpoint, ProbeRequest.NOBODY);
    if (choice.server().filter(server::equals).isPresent()) {
      return Optional.of(ProbeRequest.NOBODY);
    }
    if (!isNamed) {
      choice.server().ifPresent(other -> note(other, endpoint, "no name"));
    }
    return Optional.empty();
  }

  /** Returns a name that matches the pattern; empty if none can be derived. */
  private static String sample(String name) {
    if (name.startsWith("~") || name.contains("$") || name.equals("_") || name.isEmpty()) {
      return "";
    }
    return name.startsWith("*.")
        ? LABEL + name.substring(1)
        : name.startsWith(".")
            ? name.substring(1)
            : name.endsWith(".*") ? name.substring(0, name.length() - 1) + "invalid" : name;
  }

  private void note(Server other, Endpoint endpoint, String name) {
    if (failure.isEmpty() && !own.contains(other)) {
      failure = Optional.of(OtherServer.failure(visit, servers, other, endpoint, name));
    }
  }

  /** Finds an address of this machine whose connections nginx assigns to the endpoint. */
  private Optional<String> address(Endpoint endpoint) {
    String at = ":" + endpoint.port();
    return switch (endpoint.family()) {
      case UNIX ->
          servers.manner(endpoint).isSsl() || !endpoint.address().startsWith("/")
              ? Optional.empty()
              : Optional.of("unix:" + endpoint.address());
      case IPV4 ->
          (endpoint.isAny() ? free(endpoint.port()) : mine(endpoint.address()))
              .map(address -> address + at);
      case IPV6 -> {
        Endpoint loopback = new Endpoint(Endpoint.Family.IPV6, "::1", endpoint.port());
        Optional<String> address =
            !endpoint.isAny()
                ? mine(endpoint.address())
                : servers.have(loopback) ? Optional.empty() : Optional.of("::1");
        yield address.map(ip -> "[" + ip + "]" + at);
      }
    };
  }

  // A server bound to one address gets its connections, not the servers for all addresses.
  private Optional<String> free(int port) {
    for (int i = 1; i <= MOST_LOOPBACK; i++) {
      String address = "127.0.0." + i;
      if (!servers.have(new Endpoint(Endpoint.Family.IPV4, address, port))) {
        return Optional.of(address);
      }
    }
    return Optional.empty();
  }

  // nginx may listen on an address that this machine does not have; a request to it would leave the
  // machine.
  private static Optional<String> mine(String address) {
    try {
      InetAddress ip = InetAddress.getByName(address); // never a name, so no lookup
      return ip.isLoopbackAddress() || NetworkInterface.getByInetAddress(ip) != null
          ? Optional.of(address)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1");
  }

  /** Returns the digests of the server's certificates; empty if one of them is unknown. */
  private Set<String> certificates(Server server) throws HostException {
    List<Directive> named =
        server.block().contents().filter(directive -> directive.is("ssl_certificate")).toList();
    if (named.isEmpty()) {
      named = configuration.http().filter(directive -> directive.is("ssl_certificate")).toList();
    }
    Set<String> digests = new TreeSet<>();
    for (Directive certificate : named) {
      String path = certificate.parameter();
      Optional<String> file =
          path.contains("$") || path.startsWith("data:")
              ? Optional.empty()
              : facts.file(configuration.absolute(path));
      Optional<String> digest =
          file.isEmpty()
              ? Optional.empty()
              : CertificateInfo.digest(facts.read(file.get(), Limits.CONFIG_FILE));
      if (digest.isEmpty()) {
        return Set.of();
      }
      digests.add(digest.get());
    }
    return digests;
  }
}
