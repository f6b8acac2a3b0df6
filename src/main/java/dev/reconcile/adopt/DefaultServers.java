package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which server answers the names that none has, at each address where nginx listens: the one that
 * is marked, else the first that nginx reads (ngx_http_core_module, listen).
 */
final class DefaultServers {
  private final NginxTree tree;
  private final SiteMatching ownership;

  DefaultServers(NginxTree tree, SiteMatching ownership) {
    this.tree = tree;
    this.ownership = ownership;
  }

  /** Those of now. */
  Map<String, ProxiedServer> before() {
    return of(ownership.servers());
  }

  /** Those of when each app's site has the app's name. */
  Map<String, ProxiedServer> after() {
    return of(
        ownership.servers().stream()
            .sorted(Comparator.comparingInt(this::rank).thenComparing(this::file))
            .toList());
  }

  /** Whether a server is marked as the one for all other names, wherever it listens. */
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

  /** An address of {@code listen} in one form. */
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

  // what stands in nginx's own file is read where it stands, among what that includes
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
