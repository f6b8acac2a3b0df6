// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.nginx.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The sites with a custom template, which may contain directives for all of nginx. A directive of
 * such a site replaces the same directive of a file made by hand.
 */
final class TemplateSites {
  private static final int HTTPS = 443;
  private static final String TEMPLATES = "templates/";

  private final Map<App, List<Directive>> sites = new LinkedHashMap<>();

  /**
   * @param texts the texts of the sites
   */
  TemplateSites(Map<App, String> texts) {
    texts.forEach((app, text) -> sites.put(app, NginxConfig.parse(file(app), text).directives()));
  }

  // Its lines are those of the rendered text.
  private static String file(App app) {
    return TEMPLATES + app.site().map(App.Site::template).orElse(Templates.SITE);
  }

  /** Returns where a server is declared: its template, or FILE:LINE. */
  static String place(Server server) {
    String file = server.block().file();
    return file.startsWith(TEMPLATES) ? file : server.place();
  }

  /** Returns the app whose site contains a directive of a file's first level. */
  Optional<App> ownerOf(Directive directive) {
    return sites.entrySet().stream()
        .filter(site -> site.getValue().stream().anyMatch(own -> isSame(directive, own)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Returns the ports on which an app's site listens: those of its own template, else those of its
   * keys, with 443 for a certificate to come.
   */
  Set<Integer> ports(App app) {
    List<Directive> own = sites.get(app);
    Optional<Balance> balance = app.balance().filter(hosts -> !hosts.isFront());
    if (balance.isPresent()) {
      return Set.of(balance.get().port());
    }
    return own == null
        ? app.site().map(TemplateSites::declared).orElse(Set.of())
        : own.stream()
            .filter(directive -> directive.is("server"))
            .flatMap(server -> Server.of(server, List.of()).listens().stream())
            .map(listen -> listen.endpoint().port())
            .collect(Collectors.toSet());
  }

  private static Set<Integer> declared(App.Site site) {
    Set<Integer> ports = new TreeSet<>(SiteEndpoints.of(site).ports());
    if (site.get(SiteSection.LISTEN).isEmpty()) {
      ports.add(HTTPS);
    }
    return ports;
  }

  /** Returns the servers of the sites of some apps. */
  List<Server> servers(Predicate<App> isWanted) {
    return sites.entrySet().stream()
        .filter(site -> isWanted.test(site.getKey()))
        .flatMap(site -> site.getValue().stream())
        .filter(directive -> directive.is("server"))
        .map(server -> Server.of(server, List.of()))
        .toList();
  }

  private static boolean isSame(Directive directive, Directive own) {
    if (!directive.is(own.name())) {
      return false;
    }
    return switch (directive.name()) {
      case "upstream" -> directive.words().equals(own.words());
      case "server" ->
          listens(directive).equals(listens(own))
              && names(directive).equals(names(own))
              && (!names(own).isEmpty() || lines(own).containsAll(lines(directive)));
      default -> isEqual(directive, own);
    };
  }

  private static boolean isEqual(Directive first, Directive second) {
    boolean same =
        first.words().equals(second.words()) && first.block().size() == second.block().size();
    for (int i = 0; same && i < first.block().size(); i++) {
      same = isEqual(first.block().get(i), second.block().get(i));
    }
    return same;
  }

  // A server without a name is identified by its directives. The addresses that it listens on and
  // sends requests to come from the template and do not count.
  private static List<List<String>> lines(Directive server) {
    return server.block().stream()
        .filter(d -> !d.is("listen") && !d.is("proxy_pass") && !d.is("include"))
        .map(Directive::words)
        .toList();
  }

  // Only the address counts, not the options; IPv6 beside IPv4 makes no other server.
  private static Set<String> listens(Directive server) {
    Set<Endpoint> all =
        Server.of(server, List.of()).listens().stream()
            .map(Server.Listen::endpoint)
            .collect(Collectors.toSet());
    return all.stream()
        .filter(at ->
            at.family() != Endpoint.Family.IPV6
                || !at.isAny()
                || !all.contains(new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, at.port())))
        .map(Endpoint::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the names that a server answers to, without those that mean none. */
  static Set<String> names(Directive server) {
    Set<String> names = new TreeSet<>();
    for (Directive directive : server.block()) {
      if (directive.is("server_name")) {
        names.addAll(directive.parameters());
      }
    }
    names.remove("_");
    names.remove("");
    return names;
  }
}
