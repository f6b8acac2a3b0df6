// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The endpoints that sites can have on this host, beside the servers that are not theirs.
 *
 * <p>Invariant: nginx can open every endpoint of a site that the desired state does not name, and
 * no visitor of another server gets a site's answer because of it.
 */
final class HostListening {
  private final Facts facts;
  private final List<Server> others;
  private final Set<String> silent;
  private final List<App> apps;
  private final boolean isWish;
  private final Map<Integer, Optional<String>> obstacles = new HashMap<>();
  private final SortedMap<String, SortedSet<String>> leftOut = new TreeMap<>();
  private final SortedMap<String, SortedSet<String>> shared = new TreeMap<>();
  private final SortedSet<String> missing = new TreeSet<>();

  /**
   * @param others the servers that nginx reads and that are no built-in site of this run
   * @param silent the files of servers that are reported for another reason
   * @param apps the apps with a site
   */
  HostListening(Facts facts, List<Server> others, Set<String> silent, List<App> apps) {
    this(facts, others, silent, apps, false);
  }

  private HostListening(
      Facts facts, List<Server> others, Set<String> silent, List<App> apps, boolean isWish) {
    this.silent = Set.copyOf(silent);
    this.facts = facts;
    this.isWish = isWish;
    this.others = List.copyOf(others);
    this.apps = apps.stream().filter(app -> app.site().isPresent()).toList();
  }

  /** Returns the listening of a host on which every wish comes true. */
  static HostListening wished(Facts facts) {
    return new HostListening(facts, List.of(), Set.of(), List.of(), true);
  }

  /**
   * Returns what a site listens on.
   *
   * @param extra the raw lines of its server block; an endpoint that they have is left to them
   */
  SiteListens of(App app, App.Site site, List<Directive> extra) throws HostException {
    SiteEndpoints wishes = SiteEndpoints.of(site);
    Set<Endpoint> own =
        extra.stream()
            .filter(line -> line.is("listen") && line.words().size() > 1)
            .flatMap(line -> Endpoint.of(line.words().get(1)).stream())
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    return new SiteListens(
        possible(app, wishes.http(), own),
        possible(app, wishes.https(), own),
        site.get(SiteSection.DEFAULT_SERVER));
  }

  private List<Endpoint> possible(App app, List<SiteEndpoints.Wish> wishes, Set<Endpoint> own)
      throws HostException {
    List<Endpoint> possible = new ArrayList<>();
    for (SiteEndpoints.Wish wish : wishes) {
      Endpoint at = wish.endpoint();
      if (wish.isNamed() && at.family() == Endpoint.Family.IPV6 && !isWish && !facts.hasIpv6()) {
        missing.add(app.name());
      }
      boolean can = isWish || wish.isNamed() || can(app, at);
      if (can && !own.contains(at)) {
        possible.add(at);
      }
    }
    return possible;
  }

  private boolean can(App app, Endpoint at) throws HostException {
    if (at.family() == Endpoint.Family.IPV4) {
      Optional<Server> both = forBothFamilies(at.port());
      both.ifPresent(server -> note(shared, TemplateSites.place(server) + " " + at.port(), app));
      return both.isEmpty();
    }
    if (!facts.hasIpv6()) {
      return false;
    }
    Optional<String> obstacle = obstacle(at.port());
    obstacle.filter(reason -> !reason.isEmpty()).ifPresent(reason -> note(leftOut, reason, app));
    return obstacle.isEmpty();
  }

  private static void note(SortedMap<String, SortedSet<String>> notes, String text, App app) {
    notes.computeIfAbsent(text, any -> new TreeSet<>()).add(app.name());
  }

  private Optional<Server> forBothFamilies(int port) {
    return others.stream().filter(server -> server.isForBothFamilies(port)).findFirst();
  }

  // A port that is open stays open: a new server of IPv4 alone must not cost the others theirs.
  private Optional<String> obstacle(int port) throws HostException {
    Optional<String> known = obstacles.get(port);
    if (known == null) {
      Optional<String> found = isOpen(port) ? Optional.empty() : ofServers(port);
      known = found.isPresent() || isOpen(port) ? found : ofPrograms(port);
      obstacles.put(port, known);
    }
    return known;
  }

  // A socket for all addresses that no server has had until now would get the connections of names
  // whose server has IPv4 alone, and answer them with the first site.
  private Optional<String> ofServers(int port) {
    Optional<Server> oneAddress =
        others.stream()
            .filter(
                server -> server.reached(Endpoint.Family.IPV6, port).anyMatch(at -> !at.isAny()))
            .findFirst();
    if (oneAddress.isPresent()) {
      return oneAddress.map(server ->
          """
          The server at %s listens on one IPv6 address, and nginx prefers it there for \
          port %d. Write "listen [::]:%2$d;" there instead\
          """
              .formatted(TemplateSites.place(server), port));
    }
    return others.stream()
        .filter(server -> server.reached(Endpoint.Family.IPV4, port).findAny().isPresent())
        .findFirst()
        .map(server ->
            silent.contains(server.block().file())
                ? ""
                : """
                The server at %s listens on port %d over IPv4 alone, and its visitors over IPv6 \
                would get another site. Write "listen [::]:%2$d;" there too\
                """
                    .formatted(TemplateSites.place(server), port));
  }

  private Optional<String> ofPrograms(int port) throws HostException {
    return facts
        .holderOfIpv6(port)
        .map(holder -> "[::]:%d is held by %s on this host. Stop it".formatted(port, holder));
  }

  /** Reports whether a file of nginx has the port for all IPv6 addresses already. */
  private boolean isOpen(int port) throws HostException {
    Predicate<String> isThere = Pattern.compile("\\[::]:" + port + "(?![0-9])").asPredicate();
    for (App app : apps) {
      Optional<String> live = facts.text(app.layout().site(), Limits.CONFIG_FILE);
      if (live.stream().anyMatch(isThere)) {
        return true;
      }
    }
    return others.stream()
        .anyMatch(server -> server.reached(Endpoint.Family.IPV6, port).anyMatch(Endpoint::isAny));
  }

  /** Reports the endpoints that sites have to do without. */
  void report(Declarations declarations) {
    for (String name : missing) {
      declarations.fault(
          name,
          origin(name),
          "No IPv6 on this host",
          """
          site.listen of %s has an IPv6 address, and the kernel of this host has no IPv6. Remove \
          the address, or turn IPv6 on (kernel parameter ipv6.disable).\
          """
              .formatted(name));
    }
    leftOut.forEach((reason, names) ->
        declarations.notice(
            origin(names.getFirst()),
            "Site without IPv6",
            """
            nginx does not listen on IPv6 for %s. %s, or name the addresses with the key \
            site.listen.\
            """
                .formatted(String.join(", ", names), reason)));
    shared.forEach((where, names) -> {
      String[] words = where.split(" ", -1);
      declarations.notice(
          origin(names.getFirst()),
          "IPv4 through a socket of IPv6",
          """
          The server at %s has port %s of both families in one socket (ipv6only=off). These sites \
          use it, with [::]:%2$s alone: %s. Visitors over IPv4 arrive there too.\
          """
              .formatted(words[0], words[1], String.join(", ", names)));
    });
  }

  private Origin origin(String name) {
    return apps.stream()
        .filter(app -> app.name().equals(name))
        .flatMap(app -> app.site().stream())
        .map(site -> site.origin(SiteSection.LISTEN))
        .findFirst()
        .orElseThrow();
  }
}
