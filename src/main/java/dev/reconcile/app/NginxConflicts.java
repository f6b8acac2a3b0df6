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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private final NginxReading reading;
  private final Set<String> protectedApps;
  private final Set<String> links = new HashSet<>();
  private final NginxClaims claims;
  private final List<HandMadeFile> files = new ArrayList<>();
  private final List<Server> kept = new ArrayList<>();
  private final Set<String> names;

  /**
   * Reads the files.
   *
   * @param sites the sites with a custom template
   */
  NginxConflicts(
      Facts facts,
      Declarations declarations,
      HostSettings settings,
      List<App> apps,
      TemplateSites sites)
      throws HostException {
    this.facts = facts;
    this.declarations = declarations;
    this.reading = new NginxReading(facts, declarations);
    this.protectedApps = settings.protectedApps();
    this.claims = new NginxClaims(settings.logFormats().keySet(), apps, sites);
    this.names = claims.names();
    apps.stream()
        .filter(app -> app.site().isPresent())
        .forEach(app -> links.add(app.layout().siteLink()));
    for (String folder : FOLDERS) {
      for (String name : facts.list(folder)) {
        boolean isRead = !folder.endsWith("conf.d") || name.endsWith(".conf");
        if (isRead && !name.startsWith(".")) {
          read(folder + "/" + name, name);
        }
      }
    }
  }

  private void read(String path, String name) throws HostException {
    if (links.contains(path) || isDeclared(path)) {
      return;
    }
    Optional<String> text = facts.text(path, Limits.CONFIG_FILE);
    boolean ours = text.isPresent() && text.get().contains(FileKind.MARK);
    if (text.isEmpty() || (ours && !protectedApps.contains(name))) {
      return;
    }
    HandMadeFile file = new HandMadeFile(path, claims);
    for (Directive directive : NginxConfig.parse(path, text.get()).directives()) {
      file.add(directive, directive.holding(reading.included(directive.block())));
    }
    names.addAll(file.names());
    if (ours) {
      kept.addAll(file.servers());
    } else {
      files.add(file);
    }
  }

  /** Returns the server names of all apps and of everything else that nginx will load. */
  Set<String> names() {
    return names;
  }

  /** Returns the servers of these files that nginx still reads after the run. */
  List<Server> remaining(ByHand wishes) {
    return Stream.concat(
            kept.stream(),
            files.stream()
                .filter(file -> !isMoved(file, wishes))
                .flatMap(file -> file.servers().stream()))
        .toList();
  }

  /** Returns the files that are in the way of an app, which are reported as conflicts. */
  Set<String> inTheWay() {
    return files.stream()
        .filter(HandMadeFile::isInTheWay)
        .map(HandMadeFile::path)
        .collect(Collectors.toSet());
  }

  private static boolean isMoved(HandMadeFile file, ByHand wishes) {
    return file.isInTheWay()
        && wishes.takesOver()
        && file.appNames().stream().noneMatch(wishes.staying()::contains);
  }

  /**
   * Declares a conflict for each such file that can be moved away. Any other file is a fault of its
   * apps.
   */
  void declare(Origin main) {
    files.stream()
        .filter(file -> !file.ours().isEmpty() && !isDeclared(file.path()))
        .forEach(file -> declare(file, main));
  }

  private boolean isDeclared(String path) {
    return declarations.has(LinkKind.address(path)) || declarations.has(FileKind.address(path));
  }

  private void declare(HandMadeFile file, Origin main) {
    String ours = String.join(", ", file.ours());
    String others = String.join(", ", file.others());
    List<App> apps = file.apps();
    Origin origin = apps.isEmpty() ? main : apps.getFirst().origin();
    if (!others.isEmpty()) {
      String detail =
          """
          %s was made by hand and has %s, which the desired state has too. It \
          also has %s, so it cannot be taken over as a whole: remove %s from it.\
          """
              .formatted(file.path(), ours, others, ours);
      apps.forEach(app -> declarations.fault(app.name(), app.origin(), SAME, detail));
      if (apps.isEmpty()) {
        declarations.error(origin, SAME, detail);
      }
      return;
    }
    declarations.add(
        new Declared(
            ConflictKind.address(file.path()),
            new ConflictKind.Spec("a file made by hand that has " + ours, file.appNames()),
            apps.isEmpty() ? "" : apps.getFirst().name(),
            Role.CONFLICT,
            List.of(SharedResources.RELOAD_NGINX),
            origin));
  }
}
