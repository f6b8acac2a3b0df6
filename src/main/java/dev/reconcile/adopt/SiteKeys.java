package dev.reconcile.adopt;

import dev.reconcile.model.Rule;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a server into the keys of {@code site}. What no key says goes to {@code extra}; what would
 * mean something else there is an obstacle, and then the site needs a template of its own.
 */
final class SiteKeys {
  private static final Pattern METHODS =
      Pattern.compile("\\( ?\\$request_method !~ \\^\\(([A-Z|]+)\\)\\$ ?\\)");

  /** What an include may not bring unseen, because the site has it elsewhere. */
  private static final Set<String> CENTRAL =
      Set.of(
          "listen",
          "server_name",
          "location",
          "proxy_pass",
          "proxy_set_header",
          "ssl_certificate",
          "ssl_certificate_key",
          "root");

  private static final Set<String> REWRITING = Set.of("if", "set", "rewrite", "return", "break");

  private final NginxTree tree;
  private final Ownership ownership;
  private final Service service;
  private final Findings findings;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final Map<String, Object> tls = new LinkedHashMap<>();
  private final AccessLogs logs;
  private final StaticKeys statics = new StaticKeys();
  private final List<Directive> extra = new ArrayList<>();
  private final Set<String> listens = new HashSet<>();
  private final Obstacles obstacles = new Obstacles();
  private boolean http2;
  private boolean proxied;

  private SiteKeys(
      NginxTree tree,
      Ownership ownership,
      Service service,
      Set<String> formats,
      Findings findings) {
    this.tree = tree;
    this.ownership = ownership;
    this.service = service;
    this.logs = new AccessLogs(formats);
    this.findings = findings;
  }

  /**
   * What came of reading a server.
   *
   * @param keys the site's keys
   * @param obstacle why they are not enough
   */
  record Reading(Map<String, Object> keys, Optional<Obstacles.Obstacle> obstacle) {}

  /**
   * The keys of an app's servers.
   *
   * @param formats the log formats that the tree has
   */
  static Reading read(
      NginxTree tree,
      Ownership ownership,
      Service service,
      Set<String> formats,
      Findings findings) {
    SiteKeys keys = new SiteKeys(tree, ownership, service, formats, findings);
    List<Server> servers = ownership.of(service);
    List<Server> mains = servers.stream().filter(s -> !s.addresses().isEmpty()).toList();
    List<Server> others = servers.stream().filter(s -> s.addresses().isEmpty()).toList();
    if (mains.size() != 1 || others.size() > 1) {
      keys.stop("it has " + servers.size() + " servers", servers.getFirst().place());
    } else {
      keys.main(mains.getFirst());
      others.forEach(other ->
          Redirect.read(other, mains.getFirst(), keys.obstacles)
              .ifPresent(to -> keys.keys.put("redirect_http", to)));
      keys.finish(mains.getFirst(), !others.isEmpty());
    }
    return new Reading(keys.keys, keys.obstacles.first());
  }

  private void stop(String why, Place place) {
    obstacles.add(why, place);
  }

  private void main(Server server) {
    keys.put("server_name", server.names());
    server.directive().block().forEach(this::directive);
    if (!proxied) {
      stop("no location / asks the app", server.place());
    }
  }

  private void directive(Directive d) {
    Place place = Place.of(d);
    switch (d.name()) {
      case "server_name" -> {}
      case "listen" -> listen(d);
      case "http2" -> http2 = d.parameter().equals("on");
      case "ssl" -> stop("it has the old directive ssl", place);
      case "ssl_certificate" -> certificate("certificate", d);
      case "ssl_certificate_key" -> certificate("key", d);
      case "client_max_body_size" -> single(d, Rule.SIZE);
      case "keepalive_timeout" -> single(d, Rule.DURATION);
      case "root", "error_log" -> single(d, Rule.ABSOLUTE_PATH);
      case "access_log" -> {
        if (!logs.add(d)) {
          extra.add(d);
        }
      }
      case "if" -> methods(d);
      case "location" -> location(d);
      // a location with headers of its own, as the tree's is, has none of its server's
      case "proxy_set_header" -> stop("it sets headers for all its locations", place);
      case "include" -> {
        if (d.all().anyMatch(inner -> CENTRAL.contains(inner.name()))) {
          stop("it includes " + d.parameter() + ", which has more than options", place);
        }
        extra.add(d);
      }
      default -> extra.add(d);
    }
  }

  private void listen(Directive d) {
    switch (String.join(" ", d.parameters())) {
      case "80" -> listens.add("80");
      case "443 ssl" -> listens.add("443");
      case "443 ssl http2", "443 http2 ssl" -> {
        listens.add("443");
        http2 = true;
      }
      default -> {
        if (d.words().get(1).matches("\\[::\\]:(80|443)")
            && !d.words().contains("default_server")) {
          extra.add(d);
        } else {
          stop("it listens on " + String.join(" ", d.parameters()), Place.of(d));
        }
      }
    }
  }

  private void certificate(String key, Directive d) {
    if (!Rule.ABSOLUTE_PATH.accepts(d.parameter()) || tls.put(key, d.parameter()) != null) {
      stop("it has several certificates, or one that is no plain path", Place.of(d));
    }
  }

  private void single(Directive d, Rule rule) {
    if (rule.accepts(d.parameter()) && !keys.containsKey(d.name())) {
      keys.put(d.name(), d.parameter());
    } else {
      extra.add(d);
    }
  }

  // The template tests the methods before anything else that rewrites.
  private void methods(Directive d) {
    Matcher matcher = METHODS.matcher(String.join(" ", d.parameters()));
    boolean first = extra.stream().noneMatch(e -> REWRITING.contains(e.name()));
    boolean closes =
        d.block().size() == 1 && d.block().getFirst().words().equals(List.of("return", "444"));
    if (matcher.matches() && closes && first && !keys.containsKey("methods")) {
      keys.put("methods", List.of(("" + matcher.group(1)).split("\\|", -1)));
    } else {
      extra.add(d);
    }
  }

  private void location(Directive d) {
    String prefix = d.parameter();
    if (prefix.equals("/")) {
      proxy(d);
    } else if (statics.add(d)) {
      statics
          .difference()
          .ifPresent(text -> findings.improvement(service.name(), text, Place.of(d)));
    } else if (d.all().anyMatch(directive -> directive.is("proxy_pass"))) {
      stop("location " + String.join(" ", d.parameters()) + " asks the app too", Place.of(d));
    } else {
      extra.add(d);
    }
  }

  private void proxy(Directive location) {
    ProxiedLocation read = ProxiedLocation.read(location, this::isToTheApp);
    proxied = read.isProxied();
    extra.addAll(read.more());
    read.odd().ifPresent(d -> stop("location / has " + Extra.title(d), Place.of(d)));
    read.unchecked()
        .ifPresent(d ->
            findings.improvement(
                service.name(),
                "nginx tells the app the Host that it has checked ($host, without a port), not what"
                    + " the client sent ($http_host).",
                Place.of(d)));
    if (!read.missing().isEmpty()) {
      findings.improvement(
          service.name(),
          "nginx also tells the app " + String.join(", ", read.missing()) + ".",
          Place.of(location));
    }
  }

  private boolean isToTheApp(Directive d) {
    return d.is("proxy_pass")
        && Address.uri(d.parameter()).isEmpty()
        && tree.address(d).flatMap(ownership::at).filter(service::equals).isPresent();
  }

  private void finish(Server server, boolean redirects) {
    boolean secure = listens.contains("443");
    if (listens.size() > 1 || (redirects && !secure) || secure != (tls.size() == 2)) {
      stop("the tree has no key for where it listens", server.place());
    }
    if (secure) {
      keys.put("tls", tls);
      if (!redirects) {
        keys.put("redirect_http", false);
      }
      if (!http2) {
        findings.improvement(service.name(), "nginx also speaks HTTP/2.", server.place());
      }
    }
    logs.value().ifPresent(value -> keys.put("access_log", value));
    if (!statics.folders().isEmpty()) {
      keys.put("static", statics.folders());
    }
    deadRoot(server);
    if (!extra.isEmpty()) {
      keys.put("extra", Extra.text(extra));
      extra.forEach(d ->
          findings.taken(service.name(), "site.extra has " + Extra.title(d) + ".", Place.of(d)));
    }
  }

  // Where everything is the app's or has an alias, no file is ever looked for in a root.
  private void deadRoot(Server server) {
    if (keys.containsKey("root") && extra.isEmpty() && proxied) {
      Place place =
          server
              .directive()
              .contents()
              .filter(d -> d.is("root"))
              .findFirst()
              .map(Place::of)
              .orElse(server.place());
      findings.improvement(
          service.name(),
          "root "
              + keys.remove("root")
              + " has no effect, every request is the app's or has an"
              + " alias: left out.",
          place);
    }
  }
}
