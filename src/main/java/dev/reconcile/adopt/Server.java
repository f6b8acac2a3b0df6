package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Set;

/**
 * A server of nginx.
 *
 * @param directive its block
 * @param names the names it answers to, without the empty one and {@code _}
 * @param addresses whom it asks
 */
record Server(Directive directive, List<String> names, Set<String> addresses) {
  Server {
    names = List.copyOf(names);
    addresses = Set.copyOf(addresses);
  }

  static Server of(Directive directive, NginxTree tree) {
    List<String> names =
        directive
            .contents()
            .filter(d -> d.is("server_name"))
            .flatMap(d -> d.parameters().stream())
            .filter(name -> !name.isEmpty() && !name.equals("_"))
            .distinct()
            .toList();
    return new Server(directive, names, tree.addresses(directive));
  }

  String file() {
    return directive.file();
  }

  Place place() {
    return Place.of(directive);
  }

  /** A person's words for it. */
  String title() {
    return names.isEmpty() ? "the server without a name" : "the server " + names.getFirst();
  }
}
