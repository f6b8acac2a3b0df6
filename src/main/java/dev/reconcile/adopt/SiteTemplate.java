// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A site as a template: the unchanged text, with only the app's address as a value. The template
 * also has the other contents of its files (maps, zones, upstreams, other servers), because files
 * move as a whole.
 */
final class SiteTemplate {
  private static final String HEAD =
      "# Made by reconcile from {{from}}: change it there, it is written over here.\n";

  private final NginxTree tree;
  private final SiteMatching ownership;
  private final FoundApp app;
  private final Map<ProxiedServer, Set<String>> defaults;
  private final Map<String, TextEdits> edits = new LinkedHashMap<>();
  private String open = "{{";
  private String close = "}}";

  /**
   * @param defaults the default servers, with their addresses, that the move would replace unless
   *     they are marked
   */
  SiteTemplate(
      NginxTree tree,
      SiteMatching ownership,
      FoundApp app,
      Map<ProxiedServer, Set<String>> defaults) {
    this.tree = tree;
    this.ownership = ownership;
    this.app = app;
    this.defaults = defaults;
  }

  /** Returns the template's text; empty if a template cannot express the site. */
  Optional<String> text() {
    Set<String> files = new LinkedHashSet<>();
    ownership.of(app).forEach(server -> files.add(server.file()));
    ownership.moved().stream().filter(this::leads).forEach(files::add);
    String before = files.stream().map(tree::text).collect(Collectors.joining());
    String head = HEAD;
    if (before.contains("{{")) {
      open = "<%";
      close = "%>";
      head += "{{=<% %>=}}\n";
      if (before.contains(open)) {
        return Optional.empty();
      }
    }
    String text = files.stream().map(this::file).collect(Collectors.joining("\n"));
    return Optional.of(head + text.strip() + "\n");
  }

  private boolean leads(String file) {
    return ownership.leader(file).filter(app::equals).isPresent();
  }

  // The whole file with its comments if this app leads it, else the app's servers alone.
  private String file(String file) {
    TextEdits changed = edits(file);
    List<ProxiedServer> mine =
        ownership.of(app).stream().filter(server -> server.file().equals(file)).toList();
    for (ProxiedServer server : mine) {
      server(server);
    }
    if (!leads(file)) {
      return mine.stream()
          .map(server -> changed.of(server.directive()) + "\n")
          .collect(Collectors.joining("\n"));
    }
    for (Directive directive : tree.file(file)) {
      boolean another =
          directive.is("server") && mine.stream().noneMatch(s -> isSame(s.directive(), directive));
      if (another || (directive.is("log_format") && LogFormats.isExpressible(directive))) {
        changed.replace(directive, "");
      } else if (directive.is("upstream")) {
        upstream(directive);
      }
    }
    return changed
        .all()
        .lines()
        .filter(line -> !line.startsWith("# Made by reconcile"))
        .map(line -> line.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private static boolean isSame(Directive first, Directive other) {
    return first.line() == other.line() && first.text().equals(other.text());
  }

  private TextEdits edits(String file) {
    return edits.computeIfAbsent(file, name -> new TextEdits(tree.text(name)));
  }

  private void server(ProxiedServer server) {
    server.asks().forEach(this::proxyPass);
    includes(server.directive());
    for (Directive listen : server.listens()) {
      String key = DefaultServers.key(listen.words().get(1));
      if (defaults.getOrDefault(server, Set.of()).contains(key)) {
        String text = listen.text().substring(0, listen.text().length() - 1);
        edits(listen.file()).replace(listen, text + " default_server;");
      }
    }
  }

  // A proxy_pass in a file that other sites include, too, can only be changed in a copy of the
  // text.
  private void includes(Directive block) {
    for (Directive inner : block.block()) {
      boolean asks = inner.all().anyMatch(d -> tree.asked(d).stream().anyMatch(a -> isOfAnApp(a)));
      if (asks) {
        includes(inner);
      }
      if (asks && inner.is("include")) {
        edits(inner.file()).replace(inner, inlined(inner));
      }
    }
  }

  private boolean isOfAnApp(String address) {
    return ownership.at(address).isPresent();
  }

  private String inlined(Directive include) {
    Set<String> files = new LinkedHashSet<>();
    include.block().forEach(inner -> files.add(inner.file()));
    return files.stream()
        .map(file -> edits(file).all().strip())
        .collect(Collectors.joining("\n"))
        .replace("\n", edits(include.file()).next(include));
  }

  private void upstream(Directive upstream) {
    for (Directive member : upstream.block()) {
      Optional<FoundApp> asked =
          member.is("server") ? tree.member(member).flatMap(ownership::at) : Optional.empty();
      if (asked.isPresent()) {
        String address =
            asked.get().equals(app)
                ? open + "address" + close
                : ListenAddress.asProxied(asked.get().addressInTree());
        String rest = String.join(" ", member.words().subList(2, member.words().size()));
        edits(member.file()).replace(member, ("server " + address + " " + rest).strip() + ";");
      }
    }
  }

  private void proxyPass(ProxyPass ask) {
    Directive directive = ask.directive();
    Optional<ProxyUrl> url = ProxyUrl.of(directive.parameter());
    Optional<FoundApp> asked =
        ask.addresses().stream().flatMap(address -> ownership.at(address).stream()).findFirst();
    boolean byUpstream =
        url.flatMap(target -> tree.upstream(target.name()))
            .filter(upstream -> ownership.moved().contains(upstream.file()))
            .isPresent();
    if (asked.isEmpty() || url.isEmpty() || byUpstream) {
      return; // the upstream's own lines name the app
    }
    String address = asked.get().addressInTree();
    String to =
        asked.get().equals(app)
            ? open + "upstream" + close
            : "http://" + ListenAddress.asProxied(address);
    List<String> lines = new ArrayList<>();
    lines.add("proxy_pass " + to + url.get().uriBehind(address) + ";");
    lines.addAll(whatFollowed(ask, url.get(), address));
    TextEdits changed = edits(directive.file());
    changed.replace(directive, String.join(changed.next(directive), lines));
  }

  // nginx derives Host and the default proxy_redirect from proxy_pass. Explicit directives keep
  // them unchanged.
  private List<String> whatFollowed(ProxyPass ask, ProxyUrl url, String address) {
    List<String> lines = new ArrayList<>();
    String host = url.proxyHost();
    boolean same = host.equals("localhost") && address.startsWith("unix:");
    if (same || !ask.sendsItsOwnHost(tree)) {
      return lines;
    }
    ask.effective("proxy_set_header", tree).stream()
        .filter(header -> !ask.isInnermost(header))
        .forEach(header -> lines.add(header.text()));
    lines.add("proxy_set_header Host " + host + ";");
    if (ask.effective("proxy_redirect", tree).isEmpty() && !url.uri().contains("$")) {
      boolean whole = url.uri().isEmpty();
      lines.add(
          "proxy_redirect http://%s%s"
              .formatted(url.host(), whole ? "/ /;" : url.uri() + " " + ask.location() + ";"));
    }
    return lines;
  }
}
