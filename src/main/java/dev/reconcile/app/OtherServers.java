// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.Declarations;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The servers that nginx reads after the run and that are no built-in site of the run. */
final class OtherServers {
  private final Facts facts;
  private final List<App> apps;
  private final ByHand wishes;
  private final NginxReading reading;

  /**
   * @param apps all apps of the host
   */
  OtherServers(Facts facts, Declarations declarations, List<App> apps, ByHand wishes) {
    this.facts = facts;
    this.apps = List.copyOf(apps);
    this.wishes = wishes;
    this.reading = new NginxReading(facts, declarations);
  }

  /**
   * Returns all of them.
   *
   * @param conflicts the files of the directories for sites
   * @param ownSites the sites with a custom template
   */
  List<Server> with(NginxConflicts conflicts, TemplateSites ownSites) throws HostException {
    List<Server> all = new ArrayList<>(main());
    all.addAll(conflicts.remaining(wishes));
    all.addAll(ownSites.servers(app -> !wishes.staying().contains(app.name())));
    for (App app : apps) {
      String path = app.layout().siteLink();
      Optional<String> text =
          wishes.staying().contains(app.name()) && app.site().isPresent()
              ? facts.text(path, Limits.CONFIG_FILE)
              : Optional.empty();
      text.ifPresent(live -> all.addAll(servers(NginxConfig.parse(path, live).directives())));
    }
    return all;
  }

  // Includes of the directories for sites are read elsewhere.
  private List<Server> main() throws HostException {
    List<Directive> found = new ArrayList<>();
    for (Directive http : reading.file(NginxReading.FOLDER + "nginx.conf")) {
      for (Directive line : http.is("http") ? http.block() : List.<Directive>of()) {
        boolean isOfSites =
            line.is("include")
                && NginxConflicts.FOLDERS.stream()
                    .anyMatch(
                        folder -> NginxReading.absolute(line.parameter()).startsWith(folder + "/"));
        if (!isOfSites) {
          found.addAll(reading.included(List.of(line)));
        }
      }
    }
    List<Directive> whole = new ArrayList<>();
    for (Directive directive : found) {
      if (directive.is("server")) {
        whole.add(directive.holding(reading.included(directive.block())));
      }
    }
    return servers(whole);
  }

  private static List<Server> servers(List<Directive> directives) {
    return directives.stream()
        .filter(directive -> directive.is("server"))
        .map(directive -> Server.of(directive, List.of(directive.file())))
        .toList();
  }
}
