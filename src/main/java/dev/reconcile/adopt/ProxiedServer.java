package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A server of nginx.
 *
 * @param directive its block
 * @param names the names it answers to, without the empty one and {@code _}
 * @param asks whom it asks, and how
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

  /** Whom it asks on this machine. */
  Set<String> addresses() {
    Set<String> addresses = new TreeSet<>();
    asks.forEach(ask -> addresses.addAll(ask.addresses()));
    return addresses;
  }

  /** What it listens on: the parameters of each {@code listen}, or nginx's usual one. */
  List<Directive> listens() {
    return directive.contents().filter(d -> d.is("listen")).toList();
  }

  String file() {
    return directive.file();
  }

  SourceLocation place() {
    return SourceLocation.of(directive);
  }

  /** A person's words for it. */
  String title() {
    return names.isEmpty() ? "the server without a name" : "the server " + names.getFirst();
  }
}
