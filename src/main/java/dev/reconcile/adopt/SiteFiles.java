// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.List;

/**
 * The contents of a site's files beside its servers. They apply to all of nginx, and no key can
 * express them.
 */
final class SiteFiles {
  private final NginxTree tree;
  private final SiteMatching ownership;
  private final FoundApp app;

  SiteFiles(NginxTree tree, SiteMatching ownership, FoundApp app) {
    this.tree = tree;
    this.ownership = ownership;
    this.app = app;
  }

  /** Adds the contents that prevent a site of keys alone. A plain upstream of the app does not. */
  void besides(List<ProxiedServer> servers, Blockers blockers) {
    for (String file : ownership.moved()) {
      boolean leads = ownership.leader(file).filter(app::equals).isPresent();
      boolean mine = servers.stream().anyMatch(server -> server.file().equals(file));
      for (Directive d : leads ? tree.file(file) : List.<Directive>of()) {
        boolean goes =
            d.is("server")
                || (d.is("upstream") && mine && NginxTree.isPlain(d) && isOurs(d))
                || (d.is("log_format") && LogFormats.isExpressible(d));
        if (!goes) {
          blockers.add("its file also has " + RawDirectives.title(d), SourceLocation.of(d));
        }
      }
    }
  }

  private boolean isOurs(Directive upstream) {
    return tree.members(upstream).stream().anyMatch(a -> ownership.at(a).isPresent());
  }
}
