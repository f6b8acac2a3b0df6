// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.MaintenanceBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of an app with which nginx passes paths of other apps' sites to it.
 *
 * <p>Invariant: a file names nothing that only the server block of the other app defines, so that
 * nginx reads it in every site.
 */
final class MountResources {
  private final App app;
  private final Templates templates;
  private final NginxReading reading;
  private final Declarations declarations;
  private final Optional<String> maintenance;

  /**
   * @param app the app
   * @param maintenance the message of an app in maintenance
   */
  MountResources(
      App app,
      Templates templates,
      NginxReading reading,
      Declarations declarations,
      Optional<String> maintenance) {
    this.app = app;
    this.templates = templates;
    this.reading = reading;
    this.declarations = declarations;
    this.maintenance = maintenance;
  }

  /** The mounts of the app on one site, as lines. */
  private record OnSite(String on, List<Mount> mounts, List<LocationText.Lines> lines) {
    List<PartLines> parts() {
      return lines.stream().flatMap(each -> each.parts().stream()).toList();
    }
  }

  /**
   * Returns the text of each file, by its path.
   *
   * @param address where the app listens
   */
  SortedMap<String, String> texts(String address) throws HostException, TemplateException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (OnSite site : sites(address)) {
      texts.put(Mount.file(site.on(), app.name()), text(site));
    }
    return texts;
  }

  /**
   * Returns the lines that nginx's http block needs; none for an app without a mount.
   *
   * @param address where the app listens
   */
  List<String> http(String address) throws HostException {
    List<OnSite> sites = sites(address);
    if (sites.isEmpty()) {
      return List.of();
    }
    Set<String> lines = new LinkedHashSet<>();
    app.mount()
        .map(wish -> wish.http().stripTrailing())
        .filter(text -> !text.isEmpty())
        .ifPresent(lines::add);
    lines.add(map(upgrade(), "\"\"", "websocket"));
    lines.add(map(connection(), "close", "upgrade"));
    sites.stream()
        .map(site -> site.mounts().getFirst().site())
        .filter(site -> site.keys().has(RealIpKey.KEY))
        .findFirst()
        .ifPresent(site -> lines.addAll(RealIpKey.variables(app.part(site))));
    sites.forEach(site -> site.parts().forEach(part -> lines.addAll(part.http())));
    return List.copyOf(lines);
  }

  // Of all protocols that a client may ask for, only a websocket reaches the app.
  private static String map(String variable, String otherwise, String ifAsked) {
    return "map $http_upgrade $%s { default %s; \"~*^websocket$\" %s; }"
        .formatted(variable, otherwise, ifAsked);
  }

  private String upgrade() {
    return SiteHttp.variable(app.name(), "upgrade");
  }

  private String connection() {
    return SiteHttp.variable(app.name(), "connection");
  }

  private List<OnSite> sites(String address) throws HostException {
    Map<String, List<Mount>> bySite = new LinkedHashMap<>();
    app.mounts()
        .all()
        .forEach(mount -> bySite.computeIfAbsent(mount.on(), _ -> new ArrayList<>()).add(mount));
    List<OnSite> sites = new ArrayList<>();
    for (Map.Entry<String, List<Mount>> site : bySite.entrySet()) {
      App.Site other = site.getValue().getFirst().site();
      List<Directive> server = SiteHeaders.ofServer(other, reading);
      Mount first = site.getValue().getFirst();
      Part whole = Part.site(first.on(), other.keys(), first.paths());
      PartLines settings = PartKeys.add(whole, PartLines.ofSite(server, other.isEncrypted()));
      LocationText text = new LocationText(app, address, server, settings, whole, url(other));
      sites.add(
          new OnSite(
              site.getKey(),
              site.getValue(),
              site.getValue().stream().flatMap(mount -> lines(text, mount)).toList()));
    }
    return sites;
  }

  private Stream<LocationText.Lines> lines(LocationText text, Mount mount) {
    return Stream.concat(
        mount.files().map(files -> text.of(mount, files)),
        Stream.of(text.of(mount, upgrade(), connection())));
  }

  private VisitedUrl url(App.Site other) {
    String scheme =
        other.keys().has(RealIpKey.KEY) ? RealIpKey.scheme(app.name()) : VisitedUrl.USUAL.scheme();
    return VisitedUrl.of(scheme, SiteEndpoints.of(other).hasUnusualPort());
  }

  private String text(OnSite site) throws TemplateException {
    String text =
        templates.render(
            "mount.conf",
            Map.of(
                "from",
                app.origin().file(),
                "beside",
                PartLines.besideAll(site.parts()),
                "locations",
                site.lines().stream().flatMap(each -> each.blocks().stream()).toList()));
    return maintenance
        .map(message ->
            MaintenanceBlock.intoLocations(text, message, "reconcile_maintenance_" + app.name()))
        .orElse(text);
  }

  /**
   * Declares the files.
   *
   * @param address where the app listens
   */
  void declare(String address) throws HostException, TemplateException {
    for (Map.Entry<String, String> file : texts(address).entrySet()) {
      declarations.add(
          new Declared(
              FileKind.address(file.getKey()),
              new FileKind.Spec(Content.of(file.getValue()), FileAttributes.root(0644)),
              app.name(),
              Role.SITE,
              List.of(SharedResources.RELOAD_NGINX),
              app.origin()));
    }
  }
}
