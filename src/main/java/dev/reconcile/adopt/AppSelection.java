package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Obstacle;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which apps the tree has, and why not the others.
 *
 * <p>Invariant: whoever asks an app of the tree by way of nginx is led to where it listens then; an
 * app of which that is not certain goes on as it is.
 */
final class AppSelection {
  private static final String TEMPLATE = Layout.UNIT_FILES + "/" + Layout.SERVICE_TEMPLATE;

  private final HostInventory seen;
  private final Map<Service, Obstacle> refused = new LinkedHashMap<>();

  private AppSelection(HostInventory seen) {
    this.seen = seen;
  }

  /** The choice for what was seen. */
  static AppSelection of(HostInventory seen) {
    AppSelection choice = new AppSelection(seen);
    while (choice.refusesMore()) {} // an app that stays may keep another one
    return choice;
  }

  /** The apps of the tree. */
  List<Service> adopted() {
    return seen.services().stream().filter(service -> !refused.containsKey(service)).toList();
  }

  /** The others, and why. */
  Map<Service, Obstacle> refused() {
    return refused;
  }

  /** Which server of nginx belongs to which of the apps. */
  SiteMatching ownership(AdoptionFindings findings) {
    return new SiteMatching(seen, adopted(), List.copyOf(refused.keySet()), findings);
  }

  private boolean refusesMore() {
    SiteMatching ownership = ownership(new AdoptionFindings());
    int before = refused.size();
    for (Service service : adopted()) {
      reason(service, ownership).ifPresent(why -> refused.put(service, why));
    }
    if (refused.size() == before) {
      keptByTemplate();
    }
    return refused.size() > before;
  }

  private Optional<Obstacle> reason(Service service, SiteMatching ownership) {
    if (service.isManaged()) {
      return Optional.empty();
    }
    return UnitSettings.foreign(service.unit())
        .or(() -> new Sourcing(seen, service).refusal())
        .or(() -> new Reachability(seen.nginx(), ownership).refusal(service))
        .or(() ->
            service.isReplaced()
                ? alone(service, ownership).stream().findFirst()
                : Optional.empty());
  }

  // Its unit is exchanged in place, so that its old address ends with the apply.
  private List<Obstacle> alone(Service service, SiteMatching ownership) {
    List<Obstacle> reasons = new ArrayList<>();
    boolean same =
        service.addresses().stream().allMatch(ListenAddress.ofApp(service.name())::equals);
    if (!same) {
      reasons.addAll(new AppClients(seen, ownership).of(service));
    }
    List<ParsedUnitFile> files = service.unit().files();
    for (ParsedUnitFile dropIn : files.subList(Math.min(1, files.size()), files.size())) {
      UnitSettings.deciding(dropIn)
          .ifPresent(setting ->
              reasons.add(
                  new Obstacle(
                      "its drop-in would go over %s= of the new unit (put it into the unit)"
                          .formatted(setting.key()),
                      setting.place())));
    }
    return reasons;
  }

  // The template of all apps is one file: it cannot be exchanged for some of its instances.
  private void keptByTemplate() {
    List<Unit> staying =
        seen.elsewhere().units().stream()
            .filter(unit -> unit.path().equals(TEMPLATE) && !unit.isMarked())
            .filter(unit -> unit.isRunning() || unit.enabled())
            .filter(unit ->
                adopted().stream()
                    .flatMap(service -> service.units().stream())
                    .noneMatch(own -> own.name().equals(unit.name())))
            .toList();
    for (Service service : staying.isEmpty() ? List.<Service>of() : adopted()) {
      if (!service.isManaged()) {
        refused.put(
            service,
            new Obstacle(
                "%s is not adopted, and runs from the unit that the app would get"
                    .formatted(staying.getFirst().name()),
                SourceLocation.of(TEMPLATE)));
      }
    }
  }
}
