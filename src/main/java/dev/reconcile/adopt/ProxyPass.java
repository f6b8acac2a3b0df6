// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code proxy_pass} of a server.
 *
 * @param directive the directive
 * @param levels the blocks that enclose it, from the server to the innermost
 * @param addresses the local addresses that it passes requests to
 */
record ProxyPass(Directive directive, List<Directive> levels, List<String> addresses) {
  ProxyPass {
    levels = List.copyOf(levels);
    addresses = List.copyOf(addresses);
  }

  /** Returns all {@code proxy_pass} directives of a server. */
  static List<ProxyPass> of(Directive server, NginxTree tree) {
    List<ProxyPass> asks = new ArrayList<>();
    find(List.of(server), tree, asks);
    return List.copyOf(asks);
  }

  private static void find(List<Directive> levels, NginxTree tree, List<ProxyPass> asks) {
    for (Directive inner : levels.getLast().contents().toList()) {
      if (inner.is("proxy_pass")) {
        asks.add(new ProxyPass(inner, levels, tree.asked(inner)));
      } else if (inner.isBlock()) {
        List<Directive> deeper = new ArrayList<>(levels);
        deeper.add(inner);
        find(deeper, tree, asks);
      }
    }
  }

  /**
   * Returns the effective directives of a name. nginx inherits them from the level above only if a
   * level has none at all (ngx_http_proxy_module, proxy_set_header).
   */
  List<Directive> effective(String name, NginxTree tree) {
    for (Directive level : levels.reversed()) {
      List<Directive> some = level.contents().filter(d -> d.is(name)).toList();
      if (!some.isEmpty()) {
        return some;
      }
    }
    return tree.http().stream().filter(d -> d.is(name)).toList();
  }

  /** Tells whether nginx sends the Host that {@code proxy_pass} names. */
  boolean sendsItsOwnHost(NginxTree tree) {
    return effective("proxy_set_header", tree).stream()
        .noneMatch(d -> d.words().size() > 1 && d.words().get(1).equalsIgnoreCase("Host"));
  }

  /** Tells whether a directive is a direct child of the innermost block. */
  boolean isInnermost(Directive other) {
    return levels.getLast().contents().anyMatch(other::equals);
  }

  /** Returns the prefix of the enclosing location; {@code /} outside of locations. */
  String location() {
    return levels.reversed().stream()
        .filter(level -> level.is("location"))
        .map(level -> level.words().getLast())
        .findFirst()
        .orElse("/");
  }
}
