// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The conversion of a server to the keys of {@code site}. Directives without a key go to {@code
 * extra}. A directive that would have another meaning there is an obstacle; then the site needs its
 * own template.
 */
final class SiteKeys {
  private static final Pattern METHODS =
      Pattern.compile("\\( ?\\$request_method !~ \\^\\(([A-Z|]+)\\)\\$ ?\\)");

  /** Directives that an include must not contain, because the site sets them itself. */
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
  private final SiteMatching ownership;
  private final FoundApp app;
  private final AdoptionFindings findings;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final Map<String, Object> tls = new LinkedHashMap<>();
  private final AccessLogs logs;
  private final StaticKeys statics = new StaticKeys();
  private final List<Directive> extra = new ArrayList<>();
  private final Listens listens = new Listens();
  private Optional<Listens> plain = Optional.empty();
  private final Blockers blockers = new Blockers();
  private boolean proxied;

  private SiteKeys(
      NginxTree tree,
      SiteMatching ownership,
      FoundApp app,
      Set<String> formats,
      AdoptionFindings findings) {
    this.tree = tree;
    this.ownership = ownership;
    this.app = app;
    this.logs = new AccessLogs(formats);
    this.findings = findings;
  }

  /**
   * The result of reading an app's servers.
   *
   * @param keys the site's keys
   * @param blocker the reason why the keys are not enough
   */
  record Reading(Map<String, Object> keys, Optional<Blockers.Blocker> blocker) {}

  /**
   * Converts an app's servers.
   *
   * @param formats names of the log formats that the tree defines
   * @param foreign the default servers, which answer names that no server has
   */
  static Reading read(
      NginxTree tree,
      SiteMatching ownership,
      FoundApp app,
      Set<String> formats,
      Set<ProxiedServer> foreign,
      AdoptionFindings findings) {
    SiteKeys keys = new SiteKeys(tree, ownership, app, formats, findings);
    List<ProxiedServer> servers = ownership.of(app);
    List<ProxiedServer> mains = servers.stream().filter(s -> !s.asks().isEmpty()).toList();
    List<ProxiedServer> others = servers.stream().filter(s -> s.asks().isEmpty()).toList();
    if (mains.size() != 1 || others.size() > 1) {
      keys.stop("it has " + servers.size() + " servers", servers.getFirst().place());
    } else {
      new SiteFiles(tree, ownership, app).besides(servers, keys.blockers);
      keys.main(mains.getFirst());
      others.forEach(other -> keys.redirect(other, mains.getFirst(), foreign));
      keys.finish(mains.getFirst(), !others.isEmpty());
    }
    return new Reading(keys.keys, keys.blockers.first());
  }

  private void redirect(ProxiedServer other, ProxiedServer main, Set<ProxiedServer> foreign) {
    HttpRedirect.Reading redirect = HttpRedirect.read(other, main, blockers);
    plain = Optional.of(listens(other, new Listens()));
    redirect.key().ifPresent(to -> keys.put("redirect_http", to));
    if (redirect.refusesForeignNames() && foreign.contains(other)) {
      findings.improvement(
          app.name(),
          "plain http redirects the names that no site has, too; now they get 404.",
          other.place());
    }
  }

  private void stop(String why, SourceLocation place) {
    blockers.add(why, place);
  }

  private void main(ProxiedServer server) {
    listens(server, listens);
    if (server.names().isEmpty() && !listens.isDefault()) {
      stop("it has no server_name", server.place());
    }
    server.names().stream()
        .filter(name -> !TextFormat.SERVER_NAME.accepts(name))
        .forEach(name -> stop("the tree cannot have the name " + name, server.place()));
    keys.put("server_name", server.names().isEmpty() ? List.of("_") : server.names());
    server.directive().block().forEach(this::directive);
    if (!proxied) {
      stop("no location / asks the app", server.place());
    }
  }

  private void directive(Directive d) {
    SourceLocation place = SourceLocation.of(d);
    switch (d.name()) {
      case "server_name", "listen" -> {}
      case "http2" -> listens.speakHttp2(d.parameter().equals("on"));
      case "ssl" -> stop("it has the old directive ssl", place);
      case "ssl_certificate" -> certificate("certificate", d);
      case "ssl_certificate_key" -> certificate("key", d);
      case "client_max_body_size" -> single(d, TextFormat.SIZE);
      case "keepalive_timeout" -> single(d, TextFormat.DURATION);
      case "root", "error_log" -> single(d, TextFormat.ABSOLUTE_PATH);
      case "access_log" -> {
        if (!logs.add(d)) {
          extra.add(d);
        }
      }
      case "if" -> methods(d);
      case "location" -> location(d);
      // a location that sets headers, as in the tree's site, does not inherit those of its server
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

  private Listens listens(ProxiedServer server, Listens found) {
    found
        .add(server)
        .ifPresent(
            d -> stop("it listens on " + String.join(" ", d.parameters()), SourceLocation.of(d)));
    return found;
  }

  private void certificate(String key, Directive d) {
    if (!TextFormat.ABSOLUTE_PATH.accepts(d.parameter()) || tls.put(key, d.parameter()) != null) {
      stop("it has several certificates, or one that is no plain path", SourceLocation.of(d));
    }
  }

  private void single(Directive d, TextFormat rule) {
    if (rule.accepts(d.parameter()) && !keys.containsKey(d.name())) {
      keys.put(d.name(), d.parameter());
    } else {
      extra.add(d);
    }
  }

  // The template checks the methods before any other rewrite directive.
  private void methods(Directive d) {
    Matcher matcher = METHODS.matcher(String.join(" ", d.parameters()));
    boolean first = extra.stream().noneMatch(e -> REWRITING.contains(e.name()));
    boolean closes =
        d.block().size() == 1 && d.block().getFirst().words().equals(List.of("return", "444"));
    if (matcher.matches() && closes && first && !keys.containsKey("methods")) {
      keys.put("methods", List.of(String.valueOf(matcher.group(1)).split("\\|", -1)));
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
          .ifPresent(text -> findings.improvement(app.name(), text, SourceLocation.of(d)));
    } else if (d.all().anyMatch(directive -> directive.is("proxy_pass"))) {
      stop(
          "location " + String.join(" ", d.parameters()) + " asks the app too",
          SourceLocation.of(d));
    } else {
      extra.add(d);
    }
  }

  private void proxy(Directive location) {
    ProxiedLocation read = ProxiedLocation.read(location, this::isToTheApp);
    proxied = read.isProxied();
    extra.addAll(read.more());
    read.odd()
        .ifPresent(d -> stop("location / has " + RawDirectives.title(d), SourceLocation.of(d)));
    if (proxied && !read.missing().isEmpty()) {
      stop(
          "location / does not set " + String.join(", ", read.missing()),
          SourceLocation.of(location));
    }
    read.unchecked()
        .ifPresent(d ->
            findings.improvement(
                app.name(),
                """
                nginx tells the app the Host that it has checked ($host, without a \
                port), not what the client sent ($http_host).\
                """,
                SourceLocation.of(d)));
  }

  private boolean isToTheApp(Directive d) {
    List<String> asked = tree.asked(d);
    return asked.size() == 1
        && ProxyUrl.of(d.parameter()).stream().allMatch(url -> url.uri().isEmpty())
        && ownership.at(asked.getFirst()).filter(app::equals).isPresent();
  }

  private void finish(ProxiedServer server, boolean redirects) {
    boolean secure = listens.isSecure();
    if (listens.isBoth() || (redirects && !secure) || secure != (tls.size() == 2)) {
      stop("the tree has no key for where it listens", server.place());
    }
    Optional<List<String>> addresses = listens.key(plain);
    if (addresses.isEmpty()) {
      stop("the tree has no key for where it listens", server.place());
    }
    addresses.filter(some -> !some.isEmpty()).ifPresent(some -> keys.put("listen", some));
    if (listens.isDefault()) {
      keys.put("default_server", true);
    }
    if (secure) {
      keys.put("tls", tls);
      if (!redirects) {
        keys.put("redirect_http", false);
      }
      if (!listens.speaksHttp2()) {
        findings.improvement(app.name(), "nginx also speaks HTTP/2.", server.place());
      }
    }
    logs.value().ifPresent(value -> keys.put("access_log", value));
    if (!statics.folders().isEmpty()) {
      keys.put("static", statics.folders());
    }
    deadRoot(server);
    if (!extra.isEmpty()) {
      keys.put("extra", RawDirectives.text(extra));
      extra.forEach(d ->
          findings.taken(
              app.name(), "site.extra has " + RawDirectives.title(d) + ".", SourceLocation.of(d)));
    }
  }

  // If every request goes to the app or to an alias, nginx never uses the root.
  private void deadRoot(ProxiedServer server) {
    if (keys.containsKey("root") && extra.isEmpty() && proxied) {
      SourceLocation place =
          server
              .directive()
              .contents()
              .filter(d -> d.is("root"))
              .findFirst()
              .map(SourceLocation::of)
              .orElse(server.place());
      findings.improvement(
          app.name(),
          "root %s has no effect, because the app or an alias gets every request. It is left out."
              .formatted(keys.remove("root")),
          place);
    }
  }
}
