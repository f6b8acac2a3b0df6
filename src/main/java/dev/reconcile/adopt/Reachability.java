package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Obstacle;
import dev.reconcile.nginx.Directive;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether all that nginx asks of an app can be led to where the app listens in the tree. */
final class Reachability {
  private final NginxTree tree;
  private final SiteMatching ownership;

  Reachability(NginxTree tree, SiteMatching ownership) {
    this.tree = tree;
    this.ownership = ownership;
  }

  /** Why an app cannot have its site in the tree, so that nginx would go on asking where it was. */
  Optional<Obstacle> refusal(Service service) {
    boolean stays =
        service.isManaged()
            || (service.isReplaced()
                && service.addresses().stream()
                    .allMatch(ListenAddress.ofApp(service.name())::equals));
    if (stays) {
      return Optional.empty(); // whoever asks it, asks there afterwards, too
    }
    Set<Obstacle> reasons = new LinkedHashSet<>();
    List<Map.Entry<ProxiedServer, ProxyPass>> asking = ownership.asking(service).toList();
    if (asking.isEmpty()) {
      return Optional.of(
          new Obstacle(
              "nginx does not ask it, so it is not known who asks %s"
                  .formatted(String.join(" and ", service.shownAddresses())),
              service.exec()));
    }
    for (Map.Entry<ProxiedServer, ProxyPass> entry : asking) {
      reasons.addAll(reasons(service, entry.getKey(), entry.getValue()));
    }
    new OtherReferences(tree).of(service).stream().findFirst().ifPresent(reasons::add);
    blind(service).ifPresent(reasons::add);
    return reasons.stream().findFirst();
  }

  // Where only a number says where it will listen, another app's site cannot name it.
  private Optional<Obstacle> blind(Service service) {
    if (service.isReplaced()
        || !service.addresses().contains(ListenAddress.ofApp(service.name()))) {
      return Optional.empty();
    }
    return ownership
        .asking(service)
        .filter(entry -> !ownership.owner(entry.getKey()).stream().allMatch(service::equals))
        .map(entry ->
            new Obstacle(
                "it has the socket that it would get, and another app's site asks it",
                SourceLocation.of(entry.getValue().directive())))
        .findFirst();
  }

  // A template means something else by these.
  private Optional<Obstacle> unsayable(String file, SourceLocation place) {
    String text = tree.text(file);
    return text.contains("{{") && text.contains("<%")
        ? Optional.of(new Obstacle(file + " has both \"{{\" and \"<%\"", place))
        : Optional.empty();
  }

  private Set<Obstacle> reasons(Service service, ProxiedServer server, ProxyPass ask) {
    Set<Obstacle> reasons = new LinkedHashSet<>();
    SourceLocation place = SourceLocation.of(ask.directive());
    if (!ownership.isMoved(server)) {
      reasons.add(
          new Obstacle(
              "nginx asks it in %s, and a site can take the place of files in %s alone"
                  .formatted(server.file(), String.join(" and ", SiteMatching.FOLDERS)),
              place));
    } else if (!readsSiteOf(service)) {
      reasons.add(
          new Obstacle(
              "nginx does not include %s*, where its site would be"
                  .formatted(SiteMatching.FOLDERS.getFirst()),
              place));
    }
    unsayable(server.file(), place).ifPresent(reasons::add);
    Optional<ProxyUrl> url = ProxyUrl.of(ask.directive().parameter());
    if (url.isPresent() && !url.get().scheme().equals("http")) {
      reasons.add(new Obstacle("nginx asks it by " + url.get().scheme(), place));
    }
    Optional<Directive> upstream = url.flatMap(one -> tree.upstream(one.name()));
    boolean apart =
        upstream.isPresent()
            && ownership.leader(upstream.get().file()).isEmpty()
            && !NginxTree.isPlain(upstream.get());
    if (apart) {
      reasons.add(
          new Obstacle(
              "upstream %s has more than one server line, and stays"
                  .formatted(upstream.get().parameter()),
              SourceLocation.of(upstream.get())));
    }
    return reasons;
  }

  private boolean readsSiteOf(Service service) {
    String site = SiteMatching.FOLDERS.getFirst() + service.name();
    return tree.includes().stream().anyMatch(path -> site.matches(NginxTree.glob(path)));
  }
}
