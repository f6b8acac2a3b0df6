// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The default server of each address that nginx listens on, which answers names that no server has:
 * the server marked {@code default_server}, else the first that nginx reads (ngx_http_core_module,
 * listen).
 */
final class DefaultServers {
  private final NginxTree tree;
  private final SiteMatching ownership;

  DefaultServers(NginxTree tree, SiteMatching ownership) {
    this.tree = tree;
    this.ownership = ownership;
  }

  /** Returns the current default servers by address. */
  Map<String, ProxiedServer> before() {
    return of(ownership.servers());
  }

  /**
   * Returns the default servers by address after the adoption, when each app's site has the app's
   * name.
   */
  Map<String, ProxiedServer> after() {
    return of(
        ownership.servers().stream()
            .sorted(Comparator.comparingInt(this::rank).thenComparing(this::file))
            .toList());
  }

  /** Tells whether a server is marked as default server on any address. */
  static boolean isMarked(ProxiedServer server) {
    return server.listens().stream().anyMatch(DefaultServers::isMarked);
  }

  private static boolean isMarked(Directive listen) {
    return listen.words().contains("default_server") || listen.words().contains("default");
  }

  private static Map<String, ProxiedServer> of(List<ProxiedServer> servers) {
    Map<String, ProxiedServer> defaults = new LinkedHashMap<>();
    for (ProxiedServer server : servers) {
      for (Directive listen : server.listens()) {
        if (isMarked(listen)) {
          defaults.putIfAbsent(key(listen.words().get(1)), server);
        }
      }
    }
    for (ProxiedServer server : servers) {
      server.listens().forEach(listen -> defaults.putIfAbsent(key(listen.words().get(1)), server));
      if (server.listens().isEmpty()) {
        defaults.putIfAbsent("*:80", server);
      }
    }
    return defaults;
  }

  /** Normalises an address of {@code listen}. */
  static String key(String listen) {
    String address = listen.matches("[0-9]+") ? "*:" + listen : listen;
    boolean bare = !address.startsWith("unix:") && !address.matches(".*:[0-9]+");
    return (bare ? address + ":80" : address).replaceFirst("^0\\.0\\.0\\.0:", "*:");
  }

  private String file(ProxiedServer server) {
    return ownership
        .owner(server)
        .filter(service -> ownership.isMoved(server))
        .map(service -> SiteMatching.FOLDERS.getFirst() + service.name())
        .orElse(server.file());
  }

  // a server in nginx's main file is read in its position relative to the includes
  private int rank(ProxiedServer server) {
    String file = file(server);
    List<String> includes = tree.includes();
    for (int i = 0; i < includes.size(); i++) {
      if (file.matches(NginxTree.glob(includes.get(i)))) {
        return i;
      }
    }
    return -1;
  }
}
