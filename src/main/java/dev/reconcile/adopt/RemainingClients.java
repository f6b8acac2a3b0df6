package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who asks where a unit listens, by what is written on the host now.
 *
 * @param addresses where it listens: {@code unix:PATH} or {@code tcp:PORT}
 * @param reasons why it is still needed, each a sentence with its place
 */
public record RemainingClients(List<String> addresses, List<String> reasons) {
  public RemainingClients {
    addresses = List.copyOf(addresses);
    reasons = List.copyOf(reasons);
  }

  /** Of a unit that runs. */
  public static RemainingClients of(
      Unit unit, HostFiles texts, NginxTree nginx, OtherConfigFiles elsewhere) {
    Optional<Service> service =
        GunicornServices.find(List.of(unit), texts, new AdoptionFindings()).stream().findFirst();
    TreeSet<String> addresses = new TreeSet<>();
    for (ServiceProcess process : unit.running().processes()) {
      process.listens().forEach(bind -> addresses.add(ListenAddress.ofBind(bind, "")));
    }
    unit.running().listens().forEach(bind -> addresses.add(ListenAddress.ofBind(bind, "")));
    service.ifPresent(one -> addresses.addAll(one.addresses()));
    List<String> reasons = new ArrayList<>();
    for (String dependent : unit.running().dependents()) {
      reasons.add(dependent + " would be stopped with it.");
    }
    nginx
        .everything()
        .filter(d -> nginx.asked(d).stream().anyMatch(addresses::contains))
        .forEach(d -> reasons.add("nginx asks it (" + SourceLocation.of(d) + ")."));
    if (service.isPresent() && !addresses.isEmpty()) {
      new OtherReferences(nginx)
          .of(service.get())
          .forEach(other -> reasons.add(other.why() + " (" + other.place() + ")."));
      elsewhere
          .mentions(OtherReferences.pattern(List.copyOf(addresses)), service.get())
          .forEach(
              other -> reasons.add(other.who() + " names its address (" + other.place() + ")."));
    }
    return new RemainingClients(List.copyOf(addresses), reasons);
  }
}
