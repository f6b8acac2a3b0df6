// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The search for nginx files made by hand that declare what the desired state declares. nginx would
 * use one of two sites with the same name without telling which, and it refuses two log formats
 * with the same name.
 */
final class NginxConflicts {
  /** The directories that hold sites. */
  static final List<String> FOLDERS = List.of(Layout.SITE_LINKS, "/etc/nginx/conf.d");

  private static final String SAME = "Conflicting nginx file";

  private final Facts facts;
  private final Declarations declarations;
  private final Set<String> formats;
  private final Set<String> protectedApps;
  private final Map<String, App> owners = new HashMap<>();
  private final TemplateSites sites;
  private final Set<String> names = new TreeSet<>();

  /**
   * @param sites the sites with a custom template
   */
  NginxConflicts(
      Facts facts,
      Declarations declarations,
      HostSettings settings,
      List<App> apps,
      TemplateSites sites) {
    this.facts = facts;
    this.declarations = declarations;
    this.sites = sites;
    this.formats = settings.logFormats().keySet();
    this.protectedApps = settings.protectedApps();
    for (App app : apps) {
      app.site().ifPresent(site -> site.serverNames().forEach(n -> owners.put(key(n), app)));
    }
    names.addAll(owners.keySet());
  }

  /**
   * Returns the server names of all apps and, after {@link #declare}, of everything else that nginx
   * will load.
   */
  Set<String> names() {
    return names;
  }

  private static String key(String serverName) {
    return serverName.toLowerCase(Locale.ROOT);
  }

  /**
   * Declares a conflict for each such file that can be moved away. Any other file is a fault of its
   * apps.
   */
  void declare(Origin main) throws HostException {
    for (String folder : FOLDERS) {
      for (String name : facts.list(folder)) {
        String path = folder + "/" + name;
        boolean read = !folder.endsWith("conf.d") || name.endsWith(".conf");
        if (read && !name.startsWith(".") && !isDeclared(path)) {
          Optional<String> text = facts.text(path, Limits.CONFIG_FILE);
          boolean ours = text.isPresent() && text.get().contains(FileKind.MARK);
          if (ours && protectedApps.contains(name)) {
            servers(path, text.get()).forEach(server -> names.addAll(TemplateSites.names(server)));
          } else if (text.isPresent() && !ours) {
            examine(path, text.get(), main);
          }
        }
      }
    }
  }

  private boolean isDeclared(String path) {
    return declarations.has(LinkKind.address(path)) || declarations.has(FileKind.address(path));
  }

  private static List<Directive> servers(String path, String text) {
    return NginxConfig.parse(path, text).directives().stream()
        .filter(directive -> directive.is("server"))
        .toList();
  }

  private void examine(String path, String text, Origin main) {
    Found found = new Found();
    NginxConfig.parse(path, text).directives().forEach(found::sort);
    if (found.ours.isEmpty()) {
      return;
    }
    String ours = String.join(", ", found.ours);
    String others = String.join(", ", found.others());
    SortedSet<String> apps = new TreeSet<>();
    found.apps.forEach(app -> apps.add(app.name()));
    Origin origin = found.apps.isEmpty() ? main : found.apps.getFirst().origin();
    if (!others.isEmpty()) {
      String detail =
          """
          %s was made by hand and has %s, which the desired state has too. It \
          also has %s, so it cannot be taken over as a whole: remove %s from it.\
          """
              .formatted(path, ours, others, ours);
      found.apps.forEach(app -> declarations.fault(app.name(), app.origin(), SAME, detail));
      if (apps.isEmpty()) {
        declarations.error(origin, SAME, detail);
      }
      return;
    }
    declarations.add(
        new Declared(
            ConflictKind.address(path),
            new ConflictKind.Spec("a file made by hand that has " + ours, apps),
            found.apps.isEmpty() ? "" : found.apps.getFirst().name(),
            Role.CONFLICT,
            List.of(SharedResources.RELOAD_NGINX),
            origin));
  }

  // nginx looks up a name only among the servers of one address and port.
  private boolean isAside(Directive server, App owner) {
    Set<Integer> ports = sites.ports(owner);
    Server read = Server.of(server, List.of());
    return read.isCertain()
        && read.listens().stream().noneMatch(listen -> ports.contains(listen.endpoint().port()));
  }

  /** The contents of a file: those that the desired state has too, and the others. */
  private final class Found {
    private final Set<String> ours = new TreeSet<>();
    private final Set<String> others = new TreeSet<>();
    private final Set<String> upstreams = new TreeSet<>();
    private final Set<String> aside = new TreeSet<>();
    private final List<App> apps = new ArrayList<>();

    void sort(Directive directive) {
      Optional<App> owner = sites.ownerOf(directive);
      String name = directive.words().size() > 1 ? directive.words().get(1) : "";
      switch (directive.name()) {
        case "server" -> server(directive, owner);
        case "upstream" -> {
          owner.ifPresent(apps::add);
          (owner.isPresent() ? ours : upstreams).add("upstream " + name);
        }
        case "log_format" -> {
          if (owner.isEmpty()) {
            (formats.contains(name) ? ours : others).add("log_format " + name);
          }
        }
        default -> {
          if (owner.isEmpty()) {
            others.add(directive.name());
          }
        }
      }
    }

    // A server without a name answers requests that no other server matches. That is the default
    // site and no conflict, unless a site of an app answers them too.
    private void server(Directive server, Optional<App> owner) {
      Set<String> own = TemplateSites.names(server);
      names.addAll(own);
      if (owner.isPresent()) {
        apps.add(owner.get());
        own.forEach(name -> ours.add("server_name " + name));
        if (own.isEmpty()) {
          ours.add("a server without a name");
        }
        return;
      }
      for (String name : own) {
        App other = owners.get(key(name));
        if (other == null) {
          others.add("server_name " + name);
        } else if (isAside(server, other)) {
          aside.add("a server for " + name + " on another port");
        } else {
          ours.add("server_name " + name);
          apps.add(other);
        }
      }
    }

    // Another upstream belongs to a site of the same file. The trial tests nginx without it, in
    // case another file needs it.
    Set<String> others() {
      Set<String> all = new TreeSet<>(others);
      all.addAll(aside);
      if (ours.stream().allMatch(item -> item.startsWith("upstream"))) {
        all.addAll(upstreams);
      }
      return all;
    }
  }
}
