// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names of the servers at one address, without regular expressions (nginx: ngx_hash_add_key).
 * The first server that declares a name gets it. If an earlier server declares {@code
 * shop.example}, a later {@code .shop.example} gets neither that name nor its subdomains.
 */
final class Names {
  private final Map<String, Server> exact = new HashMap<>();
  private final Map<String, Server> leading = new HashMap<>();
  private final Map<String, Server> trailing = new HashMap<>();
  private final Set<String> taken = new HashSet<>(); // as declared, whichever server answers

  /**
   * Indexes the names of the servers.
   *
   * @param servers in the order in which nginx reads them
   */
  Names(List<Server> servers) {
    for (Server server : servers) {
      for (String name : server.names()) {
        add(name, server);
      }
    }
  }

  private void add(String name, Server server) {
    if (name.startsWith("~")) {
      return;
    }
    if (name.startsWith(".") && name.length() > 1) {
      String rest = name.substring(1);
      if (taken.add(rest) && leading.putIfAbsent(rest, server) == null) {
        exact.put(rest, server);
      }
    } else if (name.startsWith("*.")) {
      leading.putIfAbsent(name.substring(2), server);
    } else if (name.endsWith(".*")) {
      trailing.putIfAbsent(name.substring(0, name.length() - 2), server);
    } else if (taken.add(name)) {
      exact.put(name, server);
    }
  }

  /**
   * Returns the server that has a name. An exact name wins, then the longest leading wildcard, then
   * the longest trailing wildcard.
   */
  Optional<Server> owner(String name) {
    Server found = exact.get(name);
    for (int dot = name.indexOf('.'); found == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
      found = dot == 0 ? null : leading.get(name.substring(dot + 1));
    }
    for (int dot = name.lastIndexOf('.');
        found == null && dot > 0;
        dot = name.lastIndexOf('.', dot - 1)) {
      found = dot == name.length() - 1 ? null : trailing.get(name.substring(0, dot));
    }
    return Optional.ofNullable(found);
  }
}
