package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.nginx.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The sites that have a template of their own, which may say things for all of nginx: what they say
 * they say in the place of a file made by hand that says it too.
 */
final class TemplateSites {
  private static final Set<Integer> BUILT_IN_PORTS = Set.of(80, 443);

  private final Map<App, List<Directive>> sites = new LinkedHashMap<>();

  /**
   * @param texts the texts of the sites
   */
  TemplateSites(Map<App, String> texts) {
    texts.forEach((app, text) -> sites.put(app, NginxConfig.parse(app.name(), text).directives()));
  }

  /** The app whose site says a directive of a file's first level. */
  Optional<App> whoSays(Directive directive) {
    return sites.entrySet().stream()
        .filter(site -> site.getValue().stream().anyMatch(own -> isSaid(directive, own)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The ports on which an app's site listens; those of the built-in site if it has no other. */
  Set<Integer> ports(App app) {
    List<Directive> own = sites.get(app);
    return own == null
        ? BUILT_IN_PORTS
        : own.stream()
            .filter(one -> one.is("server"))
            .flatMap(server -> Server.of(server, List.of()).listens().stream())
            .map(listen -> listen.endpoint().port())
            .collect(Collectors.toSet());
  }

  private static boolean isSaid(Directive directive, Directive own) {
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

  private static boolean isEqual(Directive one, Directive other) {
    boolean same = one.words().equals(other.words()) && one.block().size() == other.block().size();
    for (int i = 0; same && i < one.block().size(); i++) {
      same = isEqual(one.block().get(i), other.block().get(i));
    }
    return same;
  }

  // A server without a name is told from another one by what it says. Where it listens and whom it
  // asks is as the template has it.
  private static List<List<String>> lines(Directive server) {
    return server.block().stream()
        .filter(d -> !d.is("listen") && !d.is("proxy_pass") && !d.is("include"))
        .map(Directive::words)
        .toList();
  }

  // where it listens, not with which options
  private static Set<String> listens(Directive server) {
    Set<String> listens = new TreeSet<>();
    for (Directive directive : server.block()) {
      if (directive.is("listen") && directive.words().size() > 1) {
        listens.add(directive.words().get(1));
      }
    }
    return listens;
  }

  /** The names that a server answers to, without those that mean none. */
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
