// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.plan.Plan;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The check that the folder of sites and the folder of their links are two folders. */
final class SiteFolders {
  private static final String SUMMARY = "Same folder for sites-enabled and sites-available";

  private SiteFolders() {}

  /**
   * Returns the error of the host, and one of each app with a site, if one folder is a link to the
   * other: the link of a site would replace the site's own file. Returns none if they are two
   * folders, or if the plan concerns no site.
   *
   * @param apps the apps with a site
   */
  static SortedMap<String, Diagnostic> faults(Facts facts, Plan plan, Set<String> apps)
      throws HostException {
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    Optional<Diagnostic> fault = fault(facts, plan);
    if (fault.isPresent()) {
      for (String app : apps) {
        faults.put(app, Diagnostic.error(SUMMARY, app + " stays as it is until that is repaired."));
      }
      faults.put("", fault.get());
    }
    return faults;
  }

  private static Optional<Diagnostic> fault(Facts facts, Plan plan) throws HostException {
    boolean concerns =
        !plan.held().isEmpty()
            || plan.changes().stream()
                .map(planned -> planned.change().address().name())
                .anyMatch(name -> name.startsWith(Layout.SITE_LINKS + "/"));
    if (!concerns) {
      return Optional.empty();
    }
    Optional<String> links = facts.realPath(Layout.SITE_LINKS);
    if (links.isEmpty() || !links.equals(facts.realPath(Layout.SITES))) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnostic.error(
                SUMMARY,
                """
                %s and %s are both %s. reconcile writes a site into sites-available and links it \
                in sites-enabled, so the link would replace the file. Make sites-enabled a folder \
                of its own, with a link to each present site:\
                """
                    .formatted(Layout.SITE_LINKS, Layout.SITES, links.get()))
            .withCommand(
                "rm %1$s && mkdir %1$s && ln -s %2$s/* %1$s/ && nginx -t"
                    .formatted(Layout.SITE_LINKS, links.get())));
  }
}
