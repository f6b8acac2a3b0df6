// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** An nginx file made by hand: what it has that the desired state has too, and what else. */
final class HandMadeFile {
  private final String path;
  private final NginxClaims claims;
  private final List<Server> servers = new ArrayList<>();
  private final Set<String> names = new TreeSet<>();
  private final Set<String> ours = new TreeSet<>();
  private final Set<String> others = new TreeSet<>();
  private final Set<String> upstreams = new TreeSet<>();
  private final Set<String> aside = new TreeSet<>();
  private final List<App> apps = new ArrayList<>();

  /**
   * @param claims what the desired state has
   */
  HandMadeFile(String path, NginxClaims claims) {
    this.path = path;
    this.claims = claims;
  }

  String path() {
    return path;
  }

  /** Returns its servers. */
  List<Server> servers() {
    return servers;
  }

  /** Returns the names of its servers. */
  Set<String> names() {
    return names;
  }

  /** Returns what the desired state has too. */
  Set<String> ours() {
    return ours;
  }

  /** Returns the apps that have it, in the order of the file. */
  List<App> apps() {
    return apps;
  }

  /** Returns the names of the apps. */
  SortedSet<String> appNames() {
    SortedSet<String> all = new TreeSet<>();
    apps.forEach(app -> all.add(app.name()));
    return all;
  }

  /** Tells whether the file has nothing that the desired state lacks, so that it can be moved. */
  boolean isInTheWay() {
    return !ours.isEmpty() && others().isEmpty();
  }

  /**
   * Adds a directive of the first level.
   *
   * @param expanded the directive with the contents of the files that it includes
   */
  void add(Directive directive, Directive expanded) {
    Optional<App> owner = claims.ownerOf(directive);
    String name = directive.words().size() > 1 ? directive.words().get(1) : "";
    switch (directive.name()) {
      case "server" -> server(directive, Server.of(expanded, List.of(path)), owner);
      case "upstream" -> {
        owner.ifPresent(apps::add);
        (owner.isPresent() ? ours : upstreams).add("upstream " + name);
      }
      case "log_format" -> {
        if (owner.isEmpty()) {
          (claims.hasFormat(name) ? ours : others).add("log_format " + name);
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
  private void server(Directive directive, Server server, Optional<App> owner) {
    Set<String> own = TemplateSites.names(directive);
    names.addAll(own);
    servers.add(server);
    if (owner.isPresent()) {
      apps.add(owner.get());
      own.forEach(name -> ours.add("server_name " + name));
      if (own.isEmpty()) {
        ours.add("a server without a name");
      }
      return;
    }
    defaults(server);
    for (String name : own) {
      Optional<App> other = claims.ownerOf(name);
      if (other.isEmpty()) {
        others.add("server_name " + name);
      } else if (claims.isAside(server, other.get())) {
        aside.add("a server for " + name + " on another port");
      } else {
        ours.add("server_name " + name);
        apps.add(other.get());
      }
    }
  }

  // nginx refuses a second default server of an address
  private void defaults(Server server) {
    for (Server.Listen listen : server.listens()) {
      Optional<App> other =
          listen.isDefault() ? claims.defaultOf(listen.endpoint()) : Optional.empty();
      if (other.isPresent()) {
        ours.add("default_server of " + listen.endpoint().text());
        apps.add(other.get());
      }
    }
  }

  /**
   * Returns what the desired state lacks. Another upstream belongs to a site of the same file; the
   * trial tests nginx without it, in case another file needs it.
   */
  Set<String> others() {
    Set<String> all = new TreeSet<>(others);
    all.addAll(aside);
    if (ours.stream().allMatch(item -> item.startsWith("upstream"))) {
      all.addAll(upstreams);
    }
    return all;
  }
}
