// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Suggestion;
import dev.reconcile.nginx.Directive;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The assignment of nginx's servers to apps, and of nginx's files to the apps' sites.
 *
 * <p>Invariant: {@code --take-over} moves a file as a whole or not at all. The file's other
 * contents go to the site of the first app in it.
 */
final class SiteMatching {
  /** The folders whose files a site can replace. */
  static final List<String> FOLDERS = List.of(Layout.SITE_LINKS + "/", "/etc/nginx/conf.d/");

  private final HostInventory seen;
  private final NginxTree tree;
  private final List<FoundApp> apps;
  private final List<FoundApp> others;
  private final AdoptionFindings findings;
  private final List<ProxiedServer> servers;
  private final Map<ProxiedServer, FoundApp> owners = new LinkedHashMap<>();
  private final Map<String, FoundApp> misspelt = new HashMap<>();
  private final Map<String, FoundApp> leaders = new LinkedHashMap<>();

  /**
   * @param apps the apps that are to be adopted
   * @param others the apps that are not
   */
  SiteMatching(
      HostInventory seen, List<FoundApp> apps, List<FoundApp> others, AdoptionFindings findings) {
    this.seen = seen;
    this.tree = seen.nginx();
    this.apps = apps;
    this.others = others;
    this.findings = findings;
    this.servers = tree.servers().stream().map(server -> ProxiedServer.of(server, tree)).toList();
    byAddress();
    byNearAddress();
    byName();
    byFile();
    upstreams();
    servers.forEach(this::sayWhoseItIs);
  }

  /** Returns an app's servers that move to the tree. */
  List<ProxiedServer> of(FoundApp app) {
    return servers.stream().filter(s -> app.equals(owners.get(s)) && isMoved(s)).toList();
  }

  /** Returns all servers, in nginx's order. */
  List<ProxiedServer> servers() {
    return servers;
  }

  /** Returns the app that a server belongs to. */
  Optional<FoundApp> owner(ProxiedServer server) {
    return Optional.ofNullable(owners.get(server));
  }

  /** Returns the app that listens on an address, or that a misspelt address means. */
  Optional<FoundApp> at(String address) {
    return apps.stream()
        .filter(app -> app.addresses().contains(address))
        .findFirst()
        .or(() -> Optional.ofNullable(misspelt.get(address)));
  }

  /**
   * Returns the app whose site gets the contents of a file that are no servers: the first app in
   * it.
   */
  Optional<FoundApp> leader(String file) {
    return Optional.ofNullable(leaders.get(file));
  }

  /** Returns the files that the sites of apps replace. */
  Set<String> moved() {
    return leaders.keySet();
  }

  /** Tells whether a site replaces a server's file. */
  boolean isMoved(ProxiedServer server) {
    return leaders.containsKey(server.file());
  }

  /** Returns each {@code proxy_pass} to an app, with its server. */
  Stream<Map.Entry<ProxiedServer, ProxyPass>> asking(FoundApp app) {
    return servers.stream()
        .flatMap(server -> server.asks().stream().map(ask -> Map.entry(server, ask)))
        .filter(entry -> entry.getValue().addresses().stream().anyMatch(a -> isAt(a, app)));
  }

  private boolean isAt(String address, FoundApp app) {
    return at(address).filter(app::equals).isPresent();
  }

  private Stream<ProxiedServer> owned(FoundApp app) {
    return owners.entrySet().stream()
        .filter(owner -> owner.getValue().equals(app))
        .map(Map.Entry::getKey);
  }

  private void byAddress() {
    for (ProxiedServer server : servers) {
      Stream<String> root =
          server.asks().stream()
              .filter(ask -> ask.location().equals("/"))
              .flatMap(ask -> ask.addresses().stream());
      Stream.concat(root, server.addresses().stream().sorted())
          .flatMap(address -> at(address).stream())
          .findFirst()
          .ifPresent(app -> own(server, app));
    }
  }

  private void own(ProxiedServer server, FoundApp app) {
    owners.put(server, app);
    if (isInFolder(server.file())) {
      leaders.putIfAbsent(server.file(), app);
    }
  }

  // A socket that no process listens on is probably a misspelt one of an app without a server.
  private void byNearAddress() {
    Map<String, FoundApp> idle = new LinkedHashMap<>();
    for (FoundApp app : apps) {
      if (owned(app).findAny().isEmpty()) {
        app.addresses().forEach(address -> idle.put(address, app));
      }
    }
    for (ProxiedServer server : servers) {
      for (String address : server.addresses()) {
        boolean dead = address.startsWith("unix:") && !seen.holders().containsKey(address);
        if (!owners.containsKey(server) && dead && isNobodys(address)) {
          Optional<FoundApp> meant =
              Suggestion.nearest(address, idle.keySet()).map(s -> idle.get(s.word()));
          meant.ifPresent(app -> own(server, app));
          meant.ifPresent(app -> misspelt.put(address, app));
          String problem = "proxy_pass names " + address + ", which no unit makes";
          if (meant.isPresent()) {
            findings.improvement(
                meant.get().name(), problem + ": it goes to this app.", server.place());
          } else {
            findings.question("", problem + ", so nginx answers 502.", server.place());
          }
        }
      }
    }
  }

  private boolean isNobodys(String address) {
    return at(address).isEmpty() && others.stream().noneMatch(o -> o.addresses().contains(address));
  }

  // A server without proxy_pass, such as a redirect of plain http, has the names of an app.
  private void byName() {
    for (ProxiedServer server : servers) {
      boolean asksNobody = !owners.containsKey(server) && server.asks().isEmpty();
      if (asksNobody && !server.names().isEmpty()) {
        apps.stream()
            .filter(app ->
                owned(app).flatMap(s -> s.names().stream()).toList().containsAll(server.names()))
            .findFirst()
            .ifPresent(app -> own(server, app));
      }
    }
  }

  private void byFile() {
    for (ProxiedServer server : servers) {
      FoundApp app = leaders.get(server.file());
      if (app != null && !owners.containsKey(server)) {
        owners.put(server, app);
        findings.taken(
            app.name(),
            server.title() + " is not its own, but in the same file, so it moves, too.",
            server.place());
      }
    }
  }

  // A file of upstreams moves with the site that needs it.
  private void upstreams() {
    for (ProxiedServer server : List.copyOf(owners.keySet())) {
      for (ProxyPass ask : server.asks()) {
        Optional<Directive> upstream =
            ProxyUrl.of(ask.directive().parameter()).flatMap(url -> tree.upstream(url.name()));
        boolean ours =
            upstream.isPresent()
                && ask.addresses().stream().anyMatch(address -> at(address).isPresent())
                && isInFolder(upstream.get().file())
                && tree.file(upstream.get().file()).stream().noneMatch(d -> d.is("server"));
        if (ours && isMoved(server)) {
          leaders.putIfAbsent(upstream.get().file(), owners.get(server));
        }
      }
    }
  }

  private static boolean isInFolder(String file) {
    return FOLDERS.contains(file.substring(0, file.lastIndexOf('/') + 1));
  }

  private void sayWhoseItIs(ProxiedServer server) {
    for (String address : server.addresses()) {
      ListeningProcess holder = seen.holders().get(address);
      if (holder == null || !holder.isGunicorn() || !holder.unit().isEmpty()) {
        continue;
      }
      if (isNobodys(address)) {
        findings.question(
            "",
            """
            %s asks a gunicorn at %s that no unit starts (process %s). Write a unit \
            for it, and adopt again.\
            """
                .formatted(server.title(), ListenAddress.shown(address), holder.pid()),
            server.place());
        return;
      }
    }
    boolean ofOthers = server.addresses().stream().anyMatch(address -> !isNobodys(address));
    if (!owners.containsKey(server) && !ofOthers) {
      String whom =
          server.addresses().stream()
              .flatMap(address -> Optional.ofNullable(seen.holders().get(address)).stream())
              .findFirst()
              .map(holder -> ": it asks " + holder.title())
              .orElse("");
      findings.left("", server.title() + " belongs to no app" + whom + ".", server.place());
    }
  }
}
