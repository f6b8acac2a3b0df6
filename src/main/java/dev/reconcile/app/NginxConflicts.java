package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds files of nginx that were made by hand and say what the desired state says: nginx would take
 * one of two sites of a name and not tell which, and refuses two log formats of a name.
 */
final class NginxConflicts {
  /** Where sites are. */
  static final List<String> FOLDERS = List.of("/etc/nginx/sites-enabled", "/etc/nginx/conf.d");

  private static final int MOST_BYTES = 1 << 20;

  private final Facts facts;
  private final Declarations declarations;
  private final Set<String> formats;
  private final Set<String> protectedApps;
  private final Map<String, App> owners = new HashMap<>();
  private final Set<String> names = new TreeSet<>();

  NginxConflicts(Facts facts, Declarations declarations, HostSettings settings, List<App> apps) {
    this.facts = facts;
    this.declarations = declarations;
    this.formats = settings.logFormats().keySet();
    this.protectedApps = settings.protectedApps();
    for (App app : apps) {
      app.site().ifPresent(site -> site.serverNames().forEach(n -> owners.put(key(n), app)));
    }
    names.addAll(owners.keySet());
  }

  /** The server names of all apps and, after {@link #declare}, of what else nginx will have. */
  Set<String> names() {
    return names;
  }

  private static String key(String serverName) {
    return serverName.toLowerCase(Locale.ROOT);
  }

  /** Declares a conflict for each such file that could be moved away; the others are errors. */
  void declare(Origin main) throws HostException {
    for (String folder : FOLDERS) {
      for (String name : facts.list(folder)) {
        String path = folder + "/" + name;
        boolean read = !folder.endsWith("conf.d") || name.endsWith(".conf");
        if (read && !name.startsWith(".") && !isDeclared(path)) {
          Optional<String> text = facts.text(path, MOST_BYTES);
          boolean ours = text.isPresent() && text.get().contains(FileKind.MARK);
          if (ours && protectedApps.contains(name)) {
            servers(path, text.get()).forEach(server -> names.addAll(names(server)));
          } else if (text.isPresent() && !ours) {
            examine(path, text.get(), main);
          }
        }
      }
    }
  }

  private boolean isDeclared(String path) {
    return declarations.has(new Address("link", path))
        || declarations.has(new Address("file", path));
  }

  private static List<Directive> servers(String path, String text) {
    return NginxConfig.parse(path, text).directives().stream()
        .filter(one -> one.is("server"))
        .toList();
  }

  private void examine(String path, String text, Origin main) {
    Set<String> ours = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    List<App> apps = new ArrayList<>();
    for (Directive directive : NginxConfig.parse(path, text).directives()) {
      switch (directive.name()) {
        case "server" ->
            names(directive)
                .forEach(name -> {
                  names.add(name);
                  sort(name, ours, others, apps);
                });
        case "log_format" -> format(directive, ours, others);
        case "upstream" -> {} // goes with the site; nginx is tried without it, should another need
        // it
        default -> others.add(directive.name());
      }
    }
    if (ours.isEmpty()) {
      return;
    }
    String app = apps.isEmpty() ? "" : apps.getFirst().name();
    Origin origin = apps.isEmpty() ? main : apps.getFirst().origin();
    if (!others.isEmpty()) {
      declarations.error(
          origin,
          "A file of nginx says the same",
          path
              + " was made by hand and has "
              + String.join(", ", ours)
              + ", which the desired"
              + " state has too. It also has "
              + String.join(", ", others)
              + ", so it cannot be"
              + " taken over as a whole: remove "
              + String.join(", ", ours)
              + " from it.");
      return;
    }
    declarations.add(
        new Declared(
            new Address("conflict", path),
            new ConflictKind.Spec("a file made by hand that has " + String.join(", ", ours)),
            app,
            Role.CONFLICT,
            List.of(Ground.RELOAD_NGINX),
            origin));
  }

  private void sort(String name, Set<String> ours, Set<String> others, List<App> apps) {
    App owner = owners.get(key(name));
    if (owner == null) {
      others.add("server_name " + name);
    } else {
      ours.add("server_name " + name);
      apps.add(owner);
    }
  }

  private void format(Directive directive, Set<String> ours, Set<String> others) {
    String name = directive.words().size() > 1 ? directive.words().get(1) : "";
    (formats.contains(name) ? ours : others).add("log_format " + name);
  }

  // A server without a name answers what no other does: that is the default site, and no conflict.
  private static Set<String> names(Directive server) {
    Set<String> names = new TreeSet<>();
    for (Directive directive : server.block()) {
      if (directive.name().equals("server_name")) {
        names.addAll(directive.words().subList(1, directive.words().size()));
      }
    }
    names.remove("_");
    names.remove("");
    return names;
  }
}
