// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A server block of nginx.
 *
 * @param directive its block
 * @param names its names, without the empty name and {@code _}
 * @param asks its {@code proxy_pass} directives
 */
record ProxiedServer(Directive directive, List<String> names, List<ProxyPass> asks) {
  ProxiedServer {
    names = List.copyOf(names);
    asks = List.copyOf(asks);
  }

  static ProxiedServer of(Directive directive, NginxTree tree) {
    List<String> names =
        directive
            .contents()
            .filter(d -> d.is("server_name"))
            .flatMap(d -> d.parameters().stream())
            .filter(name -> !name.isEmpty() && !name.equals("_"))
            .distinct()
            .toList();
    return new ProxiedServer(directive, names, ProxyPass.of(directive, tree));
  }

  /** Returns the local addresses that it passes requests to. */
  Set<String> addresses() {
    Set<String> addresses = new TreeSet<>();
    asks.forEach(ask -> addresses.addAll(ask.addresses()));
    return addresses;
  }

  /** Returns its {@code listen} directives; none if it relies on nginx's default. */
  List<Directive> listens() {
    return directive.contents().filter(d -> d.is("listen")).toList();
  }

  String file() {
    return directive.file();
  }

  SourceLocation place() {
    return SourceLocation.of(directive);
  }

  /** Returns its display name. */
  String title() {
    return names.isEmpty() ? "the server without a name" : "the server " + names.getFirst();
  }
}
