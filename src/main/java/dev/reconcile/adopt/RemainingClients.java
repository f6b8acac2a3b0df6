// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The remaining clients of a unit's addresses, according to the host's current configuration.
 *
 * @param addresses the unit's addresses: {@code unix:PATH} or {@code tcp:PORT}
 * @param reasons the reasons why the unit is still needed, each a sentence with its location
 */
public record RemainingClients(List<String> addresses, List<String> reasons) {
  public RemainingClients {
    addresses = List.copyOf(addresses);
    reasons = List.copyOf(reasons);
  }

  /** Finds the clients of a running unit. */
  public static RemainingClients of(
      Unit unit, HostFiles texts, NginxTree nginx, OtherConfigFiles elsewhere) {
    Optional<FoundApp> app =
        GunicornApps.find(List.of(unit), texts, new AdoptionFindings()).stream().findFirst();
    TreeSet<String> addresses = new TreeSet<>();
    for (ServiceProcess process : unit.running().processes()) {
      process.listens().forEach(bind -> addresses.add(ListenAddress.ofBind(bind, "")));
    }
    unit.running().listens().forEach(bind -> addresses.add(ListenAddress.ofBind(bind, "")));
    app.ifPresent(found -> addresses.addAll(found.addresses()));
    List<String> reasons = new ArrayList<>();
    for (String dependent : unit.running().dependents()) {
      reasons.add(dependent + " would be stopped with it.");
    }
    nginx
        .everything()
        .filter(d -> nginx.asked(d).stream().anyMatch(addresses::contains))
        .forEach(d -> reasons.add("nginx asks it (" + SourceLocation.of(d) + ")."));
    if (app.isPresent() && !addresses.isEmpty()) {
      new OtherReferences(nginx)
          .of(app.get())
          .forEach(other -> reasons.add(other.why() + " (" + other.place() + ")."));
      elsewhere
          .mentions(OtherReferences.pattern(List.copyOf(addresses)), app.get())
          .forEach(
              other -> reasons.add(other.who() + " names its address (" + other.place() + ")."));
    }
    return new RemainingClients(List.copyOf(addresses), reasons);
  }
}
