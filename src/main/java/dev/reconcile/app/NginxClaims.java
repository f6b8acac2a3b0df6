// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.Server;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a desired state has in nginx's http block that no file made by hand can have too. */
final class NginxClaims {
  private final Set<String> formats;
  private final TemplateSites sites;
  private final Map<String, App> owners = new HashMap<>();
  private final Map<String, App> defaults = new HashMap<>();

  /**
   * @param formats the names of the log formats
   * @param apps the apps with their sites
   * @param sites the sites with a custom template
   */
  NginxClaims(Set<String> formats, Collection<App> apps, TemplateSites sites) {
    this.formats = Set.copyOf(formats);
    this.sites = sites;
    for (App app : apps) {
      app.site()
          .ifPresent(site -> {
            site.serverNames().forEach(name -> owners.put(key(name), app));
            site.defaultOf().forEach(endpoint -> defaults.put(endpoint, app));
          });
    }
  }

  private static String key(String serverName) {
    return serverName.toLowerCase(Locale.ROOT);
  }

  /** Returns the server names of all apps, in lower case. */
  Set<String> names() {
    return new TreeSet<>(owners.keySet());
  }

  /** Returns the app that has a server name. */
  Optional<App> ownerOf(String serverName) {
    return Optional.ofNullable(owners.get(key(serverName)));
  }

  /** Returns the app whose own template has a directive of a file's first level. */
  Optional<App> ownerOf(Directive directive) {
    return sites.ownerOf(directive);
  }

  /** Returns the app that wants to be the default server of an endpoint. */
  Optional<App> defaultOf(Endpoint endpoint) {
    return Optional.ofNullable(defaults.get(endpoint.text()));
  }

  /** Tells whether the desired state has a log format. */
  boolean hasFormat(String name) {
    return formats.contains(name);
  }

  /**
   * Tells whether a server shares no port with the site of an app: nginx looks up a name only among
   * the servers of one address and port.
   */
  boolean isAside(Server server, App owner) {
    Set<Integer> ports = sites.ports(owner);
    return server.isCertain()
        && server.listens().stream().noneMatch(listen -> ports.contains(listen.endpoint().port()));
  }
}
