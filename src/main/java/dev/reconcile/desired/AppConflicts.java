// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.app.SiteHttp;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Origin;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The check for claims that two apps cannot share: a server name, an object of nginx's http block,
 * a directory or a directory inside another.
 */
final class AppConflicts {
  private final Map<String, String> maps = new HashMap<>();
  private final DesiredStateBuilder builder;
  private final Claims claims;
  private final SortedMap<String, Claims.Owner> directories = new TreeMap<>();

  AppConflicts(DesiredStateBuilder builder) {
    this.builder = builder;
    this.claims = new Claims(builder);
  }

  /**
   * Reports the conflicts.
   *
   * @param apps the apps that run on the host
   * @param fronts the apps of which the host has only the site
   */
  void check(List<App> apps, List<App> fronts) {
    for (App app : apps) {
      if (!(app.source() instanceof App.Source.Existing)) {
        builder.dispute(CheckoutKind.address(app.directory()));
        directory(app.directory(), app, app.origin());
      }
      builder.dispute(VenvKind.address(app.venv().directory()));
      directory(app.venv().directory(), app, app.venv().origin());
      app.site().ifPresent(site -> site(app, site));
      app.mount().ifPresent(wish -> http(app, wish.http(), wish.location().origin()));
    }
    fronts.forEach(app -> app.site().ifPresent(site -> site(app, site)));
    directories.forEach(this::refuseInside);
  }

  private void site(App app, App.Site site) {
    for (String name : site.serverNames()) {
      claims.claim("server_name " + name.toLowerCase(Locale.ROOT), app, site.origin());
    }
    for (String endpoint : site.defaultOf()) {
      if (!claims.claim("default_server of " + endpoint, app, site.defaultOrigin())) {
        break; // one error for two sites
      }
    }
    http(app, site.http(), site.origin());
  }

  private void http(App app, String lines, Origin origin) {
    for (SiteHttp.Definition definition : SiteHttp.definitions(lines)) {
      String text = definition.text();
      if (text.isEmpty() || !text.equals(maps.putIfAbsent(definition.name(), text))) {
        claims.claim(definition.name(), app, origin);
      }
    }
  }

  private void directory(String path, App app, Origin origin) {
    if (path.isEmpty()) {
      return; // refused
    }
    claims.claim("directory " + path, app, origin);
    directories.putIfAbsent(path, new Claims.Owner(app.name(), origin));
  }

  // A checkout or virtualenv is a link to a tree that reconcile replaces as a whole; files in it
  // would be lost.
  private void refuseInside(String path, Claims.Owner owner) {
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      Claims.Owner outer = directories.get(path.substring(0, slash));
      if (outer != null) {
        builder.error(
            owner.origin(),
            "Nested directories",
            """
            %s of %s is inside %s of %s, which is exchanged as a whole at each new \
            revision. Put it elsewhere.\
            """
                .formatted(path, owner.app(), path.substring(0, slash), outer.app()));
      }
    }
  }
}
