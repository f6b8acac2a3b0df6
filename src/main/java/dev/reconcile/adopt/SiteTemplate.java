package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A site as it stands, as a template: only the app's address is a value. */
final class SiteTemplate {
  private static final String HEAD =
      "# Made by reconcile from {{from}}: change it there, it is written over here.\n";

  private final NginxTree tree;
  private final Ownership ownership;
  private final Service service;

  SiteTemplate(NginxTree tree, Ownership ownership, Service service) {
    this.tree = tree;
    this.ownership = ownership;
    this.service = service;
  }

  /** The template's text; nothing if a template cannot say it. */
  Optional<String> text(List<Server> servers) {
    Set<String> files = new LinkedHashSet<>();
    servers.forEach(server -> files.add(server.file()));
    String text = files.stream().map(file -> part(file, servers)).collect(Collectors.joining("\n"));
    for (Server server : servers) {
      for (Directive directive : server.directive().all().toList()) {
        if (directive.is("proxy_pass")) {
          text = text.replace(directive.text(), proxyPass(directive));
        }
      }
    }
    return text.replace("{{upstream}}", "").contains("{{")
        ? Optional.empty()
        : Optional.of(HEAD + text.strip() + "\n");
  }

  // The whole file with its comments if all of it is this app's, else the app's servers alone.
  private String part(String file, List<Server> servers) {
    List<Directive> mine =
        servers.stream().map(Server::directive).filter(d -> d.file().equals(file)).toList();
    List<String> theirs = new ArrayList<>();
    for (Directive directive : tree.file(file)) {
      boolean isMine = mine.stream().anyMatch(d -> d.line() == directive.line());
      if (!isMine) {
        theirs.add(directive.text());
      }
    }
    String text =
        tree.text(file)
            .lines()
            .filter(line -> !line.startsWith("# Made by reconcile"))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    if (theirs.stream().anyMatch(other -> other.startsWith("server"))) {
      return mine.stream().map(d -> d.text() + "\n").collect(Collectors.joining("\n"));
    }
    for (String other : theirs) {
      text = text.replace(other, ""); // upstreams and log formats, which the tree has elsewhere
    }
    return text;
  }

  private String proxyPass(Directive directive) {
    Optional<Service> asked = tree.address(directive).flatMap(ownership::at);
    if (asked.isEmpty()) {
      return directive.text();
    }
    String address = asked.get().addressInTree();
    return "proxy_pass "
        + (asked.get().equals(service) ? "{{upstream}}" : "http://" + Address.asProxied(address))
        + Address.uri(directive.parameter(), address)
        + ";";
  }
}
