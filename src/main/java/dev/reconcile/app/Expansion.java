// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.web.WebUser;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The expansion of apps into resources, for the host whose facts are given. */
public final class Expansion {
  private Expansion() {}

  /**
   * Declares all resources of {@code apps}, and the resources that they share.
   *
   * @param fronts the apps of which the host has only the site
   * @param ports the ports of the apps
   * @param wishes what a person wants of apps beside the desired state
   * @return the names of apps that are held because their code cannot be known now
   */
  public static Set<String> expand(
      HostSettings settings,
      List<App> apps,
      List<App> fronts,
      Ports ports,
      Declarations declarations,
      Templates templates,
      Facts facts,
      Sources sources,
      ByHand wishes)
      throws HostException {
    Set<String> held = new HashSet<>();
    WebUser sockets = apps.isEmpty() ? WebUser.USUAL : WebUser.ofSockets(facts);
    List<App> all = Stream.concat(apps.stream(), fronts.stream()).toList();
    TemplateSites ownSites = ownSites(all, ports, declarations, templates, facts, wishes);
    NginxConflicts conflicts = new NginxConflicts(facts, declarations, settings, all, ownSites);
    HostListening listening =
        new HostListening(
            facts,
            new OtherServers(facts, declarations, all, wishes).with(conflicts, ownSites),
            conflicts.inTheWay(),
            all);
    AppResources resources =
        new AppResources(
            declarations, templates, facts, sources, wishes, apps, ports, sockets, listening);
    try {
      new SharedResources(declarations, templates, sockets).declare(settings, apps, fronts);
    } catch (TemplateException e) {
      report(e, declarations);
    }
    for (App app : apps) {
      try {
        if (!resources.declare(app)) {
          held.add(app.name());
        }
      } catch (TemplateException e) {
        report(e, declarations);
      } catch (HostException e) {
        declarations.fault(app.name(), app.origin(), e.summary(), e.message());
      }
    }
    for (App app : fronts) {
      try {
        resources.declareFront(app);
      } catch (TemplateException e) {
        report(e, declarations);
      } catch (HostException e) {
        declarations.fault(app.name(), app.origin(), e.summary(), e.message());
      }
    }
    listening.report(declarations);
    conflicts.declare(settings.origin());
    try {
      new ServerNameHash(declarations, templates, facts)
          .declare(conflicts.names(), settings.origin());
      new SiteHashes(declarations, templates, facts).declare(settings.origin());
    } catch (TemplateException e) {
      report(e, declarations);
    }
    return held;
  }

  // The texts identify servers, so they may differ from those to come in what the host decides.
  private static TemplateSites ownSites(
      List<App> all,
      Ports ports,
      Declarations declarations,
      Templates templates,
      Facts facts,
      ByHand wishes) {
    Map<App, String> texts = new LinkedHashMap<>();
    for (App app : all) {
      try {
        boolean isOwn =
            app.site().stream().anyMatch(site -> !site.template().equals(Templates.SITE));
        if (isOwn) {
          HostListening wished = HostListening.wished(facts);
          new SiteResources(app, ports.address(app), declarations, templates, facts, wishes, wished)
              .ownText()
              .ifPresent(text -> texts.put(app, text));
        }
      } catch (TemplateException | HostException _) {
        texts.remove(app); // declaring the site reports it
      }
    }
    return new TemplateSites(texts);
  }

  /** Reports templates of sites that cannot be used. It declares nothing. */
  public static void checkTemplates(
      List<App> apps, Declarations declarations, Templates templates) {
    for (App app : apps) {
      try {
        if (app.site().isPresent()) {
          templates.check(app.site().get().template());
        }
      } catch (TemplateException e) {
        report(e, declarations);
      }
    }
  }

  private static void report(TemplateException e, Declarations declarations) {
    declarations.error(e.origin(), "Unusable template", String.valueOf(e.getMessage()));
  }
}
