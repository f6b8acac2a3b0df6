// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The sites of the apps, and the log formats that they need. */
final class Sites {
  /** Directives whose value is a secret in any form. */
  private static final Set<String> SECRET = Set.of("secure_link_secret", "secure_link_md5");

  /** Directives that assign a value to a name, or compare it. */
  private static final Set<String> NAMED =
      Set.of("set", "if", "proxy_set_header", "add_header", "more_set_headers", "fastcgi_param");

  private final NginxTree tree;
  private final List<FoundApp> apps;
  private final AdoptionFindings findings;
  private final SiteMatching ownership;
  private final Map<String, String> formats;
  private final Map<String, ProxiedServer> before;
  private final Map<ProxiedServer, Set<String>> marked = new LinkedHashMap<>();

  /**
   * @param apps the adopted apps
   */
  Sites(NginxTree tree, SiteMatching ownership, List<FoundApp> apps, AdoptionFindings findings) {
    this.tree = tree;
    this.apps = apps;
    this.findings = findings;
    this.ownership = ownership;
    this.formats = takenFormats();
    this.before = new DefaultServers(tree, ownership).before();
    defaults();
  }

  // In the tree a site's file has the app's name, so nginx may read another site first.
  private void defaults() {
    Map<String, ProxiedServer> after = new DefaultServers(tree, ownership).after();
    before.forEach((address, server) -> {
      ProxiedServer other = after.getOrDefault(address, server);
      boolean changes = !other.equals(server) && !isOfOne(server, other);
      if (changes && ownership.isMoved(server) && !DefaultServers.isMarked(server)) {
        marked.computeIfAbsent(server, key -> new TreeSet<>()).add(address);
      } else if (changes) {
        findings.improvement(
            ownership.owner(other).map(FoundApp::name).orElse(""),
            """
            requests to %s for a name that no site has go to %s, not to %s: nginx \
            reads it first.\
            """
                .formatted(address, other.title(), server.title()),
            other.place());
      }
    });
  }

  private boolean isOfOne(ProxiedServer first, ProxiedServer other) {
    return ownership.isMoved(first)
        && ownership.isMoved(other)
        && ownership.owner(first).equals(ownership.owner(other));
  }

  /** Returns the log formats of the files that are taken over. */
  Map<String, String> formats() {
    return formats;
  }

  // The formats that an app uses, and those in files that are taken over.
  private Map<String, String> takenFormats() {
    Set<String> files = new TreeSet<>();
    Set<String> used = new HashSet<>();
    for (FoundApp app : apps) {
      for (ProxiedServer server : ownership.of(app)) {
        files.add(server.file());
        server
            .directive()
            .all()
            .filter(d -> d.is("access_log") && d.words().size() > 2)
            .forEach(d -> used.add(d.words().get(2)));
      }
    }
    for (String file : tree.files()) {
      boolean needed =
          tree.file(file).stream()
              .anyMatch(d -> d.words().size() > 1 && used.contains(d.words().get(1)));
      needed |= file.endsWith("/reconcile-log-formats.conf");
      if (file.startsWith("/etc/nginx/conf.d/") && LogFormats.isAll(tree.file(file)) && needed) {
        files.add(file);
        findings.taken("", "its log formats: nginx.log_formats.", SourceLocation.of(file));
      }
    }
    return LogFormats.of(tree, files);
  }

  /** Returns the sites by app; an app without an entry has no site in the tree. */
  Map<String, Site> all() {
    Map<String, Site> sites = new LinkedHashMap<>();
    for (FoundApp app : apps) {
      List<ProxiedServer> servers = ownership.of(app);
      if (!servers.isEmpty()) {
        site(app, servers).ifPresent(site -> sites.put(app.name(), site));
        servers.forEach(server -> redirects(app, server));
        servers.forEach(server -> secrets(app, server));
      }
    }
    return sites;
  }

  private Optional<Site> site(FoundApp app, List<ProxiedServer> servers) {
    AdoptionFindings noted = new AdoptionFindings();
    SiteKeys.Reading reading =
        SiteKeys.read(tree, ownership, app, formats.keySet(), Set.copyOf(before.values()), noted);
    Optional<Blocker> blocker =
        servers.stream()
            .filter(marked::containsKey)
            .map(server -> new Blocker("it answers the names that no site has", server.place()))
            .findFirst()
            .or(reading::blocker);
    if (blocker.isEmpty()) {
      findings.addAll(noted);
      findings.taken(app.name(), "its nginx site.", servers.getFirst().place());
      return Optional.of(new Site(reading.keys(), Optional.empty()));
    }
    Optional<String> text = new SiteTemplate(tree, ownership, app, marked).text();
    if (text.isEmpty()) {
      return Optional.empty(); // AppSelection has refused such an app
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    List<String> names = names(app, servers);
    if (!names.isEmpty()) {
      keys.put("server_name", names);
    }
    keys.put("template", app.name() + ".conf");
    servers.forEach(server -> aliases(app, server));
    findings.taken(
        app.name(),
        """
        its nginx site as it stands, as templates/%s.conf: keys are not enough, \
        because %s.\
        """
            .formatted(app.name(), blocker.get().why()),
        blocker.get().place());
    return Optional.of(new Site(keys, text));
  }

  private void aliases(FoundApp app, ProxiedServer server) {
    for (Directive d : server.directive().all().filter(d -> d.is("location")).toList()) {
      String prefix = d.words().getLast();
      boolean plain = d.words().size() == 2 || d.words().get(1).equals("^~");
      boolean open =
          d.contents().anyMatch(inner -> inner.is("alias") && inner.parameter().endsWith("/"));
      if (plain && open && !prefix.endsWith("/")) {
        findings.question(
            app.name(),
            """
            location %s without a slash at its end lets %s../ read the folder above \
            its alias. Write %s/.\
            """
                .formatted(prefix, prefix, prefix),
            SourceLocation.of(d));
      }
    }
  }

  // The names of this app only, without other servers in its files.
  private List<String> names(FoundApp app, List<ProxiedServer> servers) {
    Set<String> names = new LinkedHashSet<>();
    for (ProxiedServer server : servers) {
      boolean asks =
          server.addresses().stream()
              .anyMatch(address -> ownership.at(address).filter(app::equals).isPresent());
      if (asks) {
        names.addAll(server.names());
      }
    }
    return names.stream()
        .map(name -> name.startsWith(".") ? name.substring(1) : name)
        .filter(TextFormat.SERVER_NAME::accepts)
        .distinct()
        .toList();
  }

  // The site's text goes into the tree unchanged.
  private void secrets(FoundApp app, ProxiedServer server) {
    server
        .directive()
        .all()
        .filter(Sites::isSecret)
        .forEach(d ->
            findings.question(
                app.name(),
                """
                %s may hold a secret, and is in the tree unchanged. Move it to a file that \
                only root can read, and include that.\
                """
                    .formatted(RawDirectives.title(d)),
                SourceLocation.of(d)));
  }

  // a value that is set or compared may be a secret; a reference to a variable is none
  private static boolean isSecret(Directive d) {
    if (SECRET.contains(d.name())) {
      return true;
    }
    if (d.isBlock() && !d.is("if")) {
      return false;
    }
    List<String> words = d.parameters();
    String value = words.isEmpty() ? "" : words.getLast().replaceAll("[()]", "");
    boolean named = NAMED.contains(d.name()) && words.size() > 1 && !value.startsWith("$");
    return named ? SecretDetector.is(words.getFirst(), value) : SecretDetector.isValue(value);
  }

  // A redirect to a name that nearly equals one of the site's names is probably a typing error.
  private void redirects(FoundApp app, ProxiedServer server) {
    Set<String> known = new TreeSet<>();
    tree.servers().forEach(d -> known.addAll(ProxiedServer.of(d, tree).names()));
    server
        .directive()
        .all()
        .filter(d -> d.is("return") && d.words().size() == 3)
        .forEach(d -> {
          String host = d.words().get(2).replaceFirst("^https?://", "").replaceFirst("[/$:].*", "");
          Optional<Suggestion> meant = Suggestion.nearest(host, known);
          if (!host.isEmpty() && !known.contains(host) && meant.isPresent()) {
            findings.question(
                app.name(),
                """
                It redirects to %s, which no site here has. Did you mean %s? The tree \
                keeps it.\
                """
                    .formatted(host, meant.get().word()),
                SourceLocation.of(d));
          }
        });
  }
}
