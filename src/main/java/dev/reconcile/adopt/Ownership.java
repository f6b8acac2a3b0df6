package dev.reconcile.adopt;

import dev.reconcile.adopt.Obstacles.Obstacle;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Suggestion;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which server of nginx belongs to which app, and which files can be taken over for that.
 *
 * <p>Invariant: a file goes as a whole or not at all, as {@code --take-over} moves it.
 */
final class Ownership {
  private static final List<String> FOLDERS =
      List.of("/etc/nginx/sites-enabled/", "/etc/nginx/conf.d/");

  private final NginxTree tree;
  private final List<Service> services;
  private final Set<String> listening;
  private final Findings findings;
  private final List<Server> servers;
  private final Map<Server, Service> owners = new LinkedHashMap<>();
  private final Set<Service> blocked = new HashSet<>();
  private final Map<String, Service> misspelt = new HashMap<>();

  /**
   * @param listening the unix sockets on which somebody listens, as paths
   */
  Ownership(NginxTree tree, List<Service> services, Set<String> listening, Findings findings) {
    this.tree = tree;
    this.services = services;
    this.listening = listening;
    this.findings = findings;
    this.servers = tree.servers().stream().map(server -> Server.of(server, tree)).toList();
    byAddress();
    byNearAddress();
    byName();
    byFile();
    boolean more = true;
    while (more) { // until no app's file holds a server of a blocked one
      more = services.stream().anyMatch(this::isNewlyBlocked);
    }
    for (Server server : servers) {
      if (!owners.containsKey(server)) {
        findings.left("", server.title() + " is no app's.", server.place());
      }
    }
  }

  /** The servers of an app that the tree can have. */
  List<Server> of(Service service) {
    return blocked.contains(service) ? List.of() : owned(service).toList();
  }

  /** The app that listens at an address, or was meant by it. */
  Optional<Service> at(String address) {
    return services.stream()
        .filter(service -> service.addresses().contains(address))
        .findFirst()
        .or(() -> Optional.ofNullable(misspelt.get(address)));
  }

  private Stream<Server> owned(Service service) {
    return owners.entrySet().stream()
        .filter(owner -> owner.getValue().equals(service))
        .map(Map.Entry::getKey);
  }

  private void byAddress() {
    for (Server server : servers) {
      Stream<String> root =
          server
              .directive()
              .contents()
              .filter(d -> d.is("location") && d.parameter().equals("/"))
              .flatMap(d -> tree.addresses(d).stream());
      Stream.concat(root, server.addresses().stream().sorted())
          .flatMap(address -> at(address).stream())
          .findFirst()
          .ifPresent(service -> owners.put(server, service));
    }
  }

  // A socket that nobody makes is most likely a misspelt one of an app that has no server yet.
  private void byNearAddress() {
    Map<String, Service> idle = new LinkedHashMap<>();
    for (Service service : services) {
      if (owned(service).findAny().isEmpty()) {
        service.addresses().forEach(address -> idle.put(address, service));
      }
    }
    for (Server server : servers) {
      for (String address : server.addresses()) {
        boolean dead =
            address.startsWith("unix:") && !listening.contains(address.substring("unix:".length()));
        if (!owners.containsKey(server) && dead && at(address).isEmpty()) {
          Optional<Service> meant =
              Suggestion.nearest(address, idle.keySet()).map(s -> idle.get(s.word()));
          meant.ifPresent(service -> owners.put(server, service));
          meant.ifPresent(service -> misspelt.put(address, service));
          String said = "proxy_pass names " + address + ", which no unit makes";
          if (meant.isPresent()) {
            findings.improvement(
                meant.get().name(), said + ": it goes to this app.", server.place());
          } else {
            findings.question("", said + ", so nginx answers 502.", server.place());
          }
        }
      }
    }
  }

  // What plain http answers for the names of an app.
  private void byName() {
    for (Server server : servers) {
      if (!owners.containsKey(server)
          && server.addresses().isEmpty()
          && !server.names().isEmpty()) {
        services.stream()
            .filter(service ->
                owned(service)
                    .flatMap(s -> s.names().stream())
                    .toList()
                    .containsAll(server.names()))
            .findFirst()
            .ifPresent(service -> owners.put(server, service));
      }
    }
  }

  private void byFile() {
    Map<String, Service> first = new LinkedHashMap<>();
    owners.forEach((server, service) -> first.putIfAbsent(server.file(), service));
    for (Server server : servers) {
      Service service = first.get(server.file());
      if (service != null && isInFolder(server.file()) && !owners.containsKey(server)) {
        owners.put(server, service);
        findings.taken(
            service.name(),
            server.title() + " is no app's, but in the same file: it comes along.",
            server.place());
      }
    }
  }

  private static boolean isInFolder(String file) {
    return FOLDERS.contains(file.substring(0, file.lastIndexOf('/') + 1));
  }

  private boolean isNewlyBlocked(Service service) {
    if (blocked.contains(service)) {
      return false;
    }
    Optional<Obstacle> reason =
        owned(service).flatMap(server -> reason(server, service).stream()).findFirst();
    if (reason.isPresent()) {
      blocked.add(service);
      findings.left(
          service.name(), "Its nginx site: " + reason.get().why() + ".", reason.get().place());
      if (!staysRight(service)) {
        findings.question(
            service.name(),
            service.isReplaced()
                ? "Before you apply, have its proxy_pass name http://"
                    + Address.ofApp(service.name())
                    + ", where the app will listen."
                : "Before you stop "
                    + service.unit().name()
                    + ", have its proxy_pass name the socket that the plan shows for the app.",
            reason.get().place());
      }
    }
    return reason.isPresent();
  }

  // A site that stays must ask where the app listens afterwards.
  private boolean staysRight(Service service) {
    String usual = Address.ofApp(service.name());
    return service.isReplaced()
        && owned(service)
            .flatMap(server -> server.addresses().stream())
            .allMatch(address -> at(address).isEmpty() || address.equals(usual));
  }

  private Optional<Obstacle> reason(Server server, Service service) {
    if (!isInFolder(server.file())) {
      return Optional.of(
          new Obstacle(
              "it is not in a file of its own in " + String.join(" or ", FOLDERS), server.place()));
    }
    if (owned(service).allMatch(s -> s.names().isEmpty())) {
      return Optional.of(new Obstacle("it has no server_name", server.place()));
    }
    Optional<String> odd =
        server.names().stream().filter(name -> !Rule.SERVER_NAME.accepts(name)).findFirst();
    if (odd.isPresent()) {
      return Optional.of(
          new Obstacle("the tree cannot have the name " + odd.get(), server.place()));
    }
    List<Obstacle> reasons = new ArrayList<>();
    for (Directive directive : tree.file(server.file())) {
      if (!isMovable(directive)) {
        reasons.add(new Obstacle("its file also has " + directive.name(), Place.of(directive)));
      }
    }
    boolean withBlocked =
        servers.stream()
            .filter(s -> s.file().equals(server.file()))
            .anyMatch(s -> owners.get(s) == null || blocked.contains(owners.get(s)));
    if (withBlocked) {
      reasons.add(new Obstacle("its file also has a server that stays", server.place()));
    }
    return reasons.stream().findFirst();
  }

  private boolean isMovable(Directive directive) {
    return switch (directive.name()) {
      case "server" -> true;
      case "log_format" -> LogFormats.isExpressible(directive);
      case "upstream" -> tree.target(directive).flatMap(this::at).isPresent();
      default -> false;
    };
  }
}
