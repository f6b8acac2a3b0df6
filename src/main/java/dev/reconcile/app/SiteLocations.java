// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The locations of an app's own site, for its template. */
final class SiteLocations {
  /** The value of a site's template that has the locations. */
  static final String LOCATIONS = "locations";

  /** The value of a site's template that has the files of the mounts. */
  static final String MOUNTS = "mounts";

  private final App app;
  private final App.Site site;
  private final List<Directive> extra;
  private final PartLines settings;
  private final VisitedUrl url;
  private final boolean usesSettings;

  /**
   * @param extra the raw lines of the server block, with those of the files that they include
   * @param settings the lines of the server block that come from keys; empty if the template does
   *     not use them
   * @param url the variables with the URL that visitors ask for
   */
  SiteLocations(
      App app, App.Site site, List<Directive> extra, Optional<PartLines> settings, VisitedUrl url) {
    this.app = app;
    this.site = site;
    this.extra = List.copyOf(extra);
    this.url = url;
    this.usesSettings = settings.isPresent();
    this.settings = settings.orElseGet(() -> PartLines.ofSite(extra, site.isEncrypted()));
  }

  private List<LocationText.Lines> lines(String upstream, List<String> proxy) {
    LocationText text = new LocationText(app, upstream, extra, settings, app.part(site), url);
    boolean passesWebsockets = SiteHeaders.passesWebsockets(extra);
    return site.locations().stream()
        .map(location -> text.of(location, passesWebsockets, proxy))
        .toList();
  }

  /**
   * Adds the values of the template.
   *
   * @param upstream where the app listens
   * @param proxy further lines of each location that asks the app
   */
  void into(Map<String, Object> values, String upstream, List<String> proxy) {
    List<LocationText.Lines> lines = lines(upstream, proxy);
    if (usesSettings) {
      values.put(
          PartKeys.SETTINGS,
          settings.server(lines.stream().flatMap(each -> each.parts().stream()).toList()));
    }
    values.put(
        LOCATIONS,
        lines.stream()
            .flatMap(each -> each.blocks().stream())
            .map(SiteTemplateModel::indented)
            .toList());
    values.put(MOUNTS, new Layout(app.name()).mounts() + "/*.conf");
    values.put("has_root", site.locations().stream().anyMatch(SiteLocations::isRoot));
  }

  private static boolean isRoot(Location location) {
    return location.isFolder() && location.word().equals("/");
  }

  /**
   * Returns the lines that the http block needs.
   *
   * @param upstream where the app listens
   */
  List<String> http(String upstream) {
    return lines(upstream, List.of()).stream()
        .flatMap(each -> each.parts().stream())
        .flatMap(part -> part.http().stream())
        .distinct()
        .toList();
  }
}
