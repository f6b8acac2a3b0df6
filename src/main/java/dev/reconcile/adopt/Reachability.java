// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.nginx.Directive;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The check that every {@code proxy_pass} to an app can be changed to the app's address in the
 * tree.
 */
final class Reachability {
  private final NginxTree tree;
  private final SiteMatching ownership;

  Reachability(NginxTree tree, SiteMatching ownership) {
    this.tree = tree;
    this.ownership = ownership;
  }

  /**
   * Returns the reason why nginx would still use the app's old address after the adoption, if there
   * is one.
   */
  Optional<Blocker> refusal(FoundApp app) {
    boolean stays =
        app.isManaged()
            || (app.isReplaced()
                && app.addresses().stream().allMatch(ListenAddress.ofApp(app.name())::equals));
    if (stays) {
      return Optional.empty(); // the address does not change
    }
    Set<Blocker> reasons = new LinkedHashSet<>();
    List<Map.Entry<ProxiedServer, ProxyPass>> asking = ownership.asking(app).toList();
    if (asking.isEmpty()) {
      return Optional.of(
          new Blocker(
              "nginx does not ask it, so the clients of %s are unknown"
                  .formatted(String.join(" and ", app.web().shownAddresses())),
              app.exec()));
    }
    for (Map.Entry<ProxiedServer, ProxyPass> entry : asking) {
      reasons.addAll(reasons(app, entry.getKey(), entry.getValue()));
    }
    new OtherReferences(tree).of(app).stream().findFirst().ifPresent(reasons::add);
    blind(app).ifPresent(reasons::add);
    return reasons.stream().findFirst();
  }

  // The app gets a socket with a number that is not known yet, so another app's site cannot name
  // it.
  private Optional<Blocker> blind(FoundApp app) {
    if (app.isReplaced() || !app.addresses().contains(ListenAddress.ofApp(app.name()))) {
      return Optional.empty();
    }
    return ownership
        .asking(app)
        .filter(entry -> !ownership.owner(entry.getKey()).stream().allMatch(app::equals))
        .map(entry ->
            new Blocker(
                "it has the socket that the tree would give it, and another app's site asks it",
                SourceLocation.of(entry.getValue().directive())))
        .findFirst();
  }

  // In a template, both would be tags.
  private Optional<Blocker> unsayable(String file, SourceLocation place) {
    String text = tree.text(file);
    return text.contains("{{") && text.contains("<%")
        ? Optional.of(new Blocker(file + " has both \"{{\" and \"<%\"", place))
        : Optional.empty();
  }

  private Set<Blocker> reasons(FoundApp app, ProxiedServer server, ProxyPass ask) {
    Set<Blocker> reasons = new LinkedHashSet<>();
    SourceLocation place = SourceLocation.of(ask.directive());
    if (!ownership.isMoved(server)) {
      reasons.add(
          new Blocker(
              "nginx asks it in %s, and a site can take the place of files in %s alone"
                  .formatted(server.file(), String.join(" and ", SiteMatching.FOLDERS)),
              place));
    } else if (!readsSiteOf(app)) {
      reasons.add(
          new Blocker(
              "nginx does not include %s*, where its site would be"
                  .formatted(SiteMatching.FOLDERS.getFirst()),
              place));
    }
    unsayable(server.file(), place).ifPresent(reasons::add);
    Optional<ProxyUrl> url = ProxyUrl.of(ask.directive().parameter());
    if (url.isPresent() && !url.get().scheme().equals("http")) {
      reasons.add(new Blocker("nginx asks it by " + url.get().scheme(), place));
    }
    Optional<Directive> upstream = url.flatMap(target -> tree.upstream(target.name()));
    boolean apart =
        upstream.isPresent()
            && ownership.leader(upstream.get().file()).isEmpty()
            && !NginxTree.isPlain(upstream.get());
    if (apart) {
      reasons.add(
          new Blocker(
              "upstream %s has more than one server line, and stays"
                  .formatted(upstream.get().parameter()),
              SourceLocation.of(upstream.get())));
    }
    return reasons;
  }

  private boolean readsSiteOf(FoundApp app) {
    String site = SiteMatching.FOLDERS.getFirst() + app.name();
    return tree.includes().stream().anyMatch(path -> site.matches(NginxTree.glob(path)));
  }
}
