package dev.reconcile.adopt;

import dev.reconcile.adopt.Obstacles.Obstacle;
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
final class Choice {
  private static final String TEMPLATE = "/etc/systemd/system/gunicorn@.service";

  private final Seen seen;
  private final Map<Service, Obstacle> refused = new LinkedHashMap<>();

  private Choice(Seen seen) {
    this.seen = seen;
  }

  /** The choice for what was seen. */
  static Choice of(Seen seen) {
    Choice choice = new Choice(seen);
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
  Ownership ownership(Findings findings) {
    return new Ownership(seen, adopted(), List.copyOf(refused.keySet()), findings);
  }

  private boolean refusesMore() {
    Ownership ownership = ownership(new Findings());
    int before = refused.size();
    for (Service service : adopted()) {
      reason(service, ownership).ifPresent(why -> refused.put(service, why));
    }
    if (refused.size() == before) {
      keptByTemplate();
    }
    return refused.size() > before;
  }

  private Optional<Obstacle> reason(Service service, Ownership ownership) {
    if (service.isManaged()) {
      return Optional.empty();
    }
    return UnitSettings.foreign(service.unit())
        .or(() -> new Sourcing(seen, service).refusal())
        .or(() -> new Reach(seen.nginx(), ownership).refusal(service))
        .or(() ->
            service.isReplaced()
                ? alone(service, ownership).stream().findFirst()
                : Optional.empty());
  }

  // Its unit is exchanged in place, so that its old address ends with the apply.
  private List<Obstacle> alone(Service service, Ownership ownership) {
    List<Obstacle> reasons = new ArrayList<>();
    boolean same = service.addresses().stream().allMatch(Address.ofApp(service.name())::equals);
    if (!same) {
      reasons.addAll(new Askers(seen, ownership).of(service));
    }
    List<UnitFile> files = service.unit().files();
    for (UnitFile dropIn : files.subList(Math.min(1, files.size()), files.size())) {
      UnitSettings.deciding(dropIn)
          .ifPresent(setting ->
              reasons.add(
                  new Obstacle(
                      "its drop-in would go over "
                          + setting.key()
                          + "= of the new unit (put it into the unit)",
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
                staying.getFirst().name()
                    + " is not adopted, and runs from the unit that the app would get",
                Place.of(TEMPLATE)));
      }
    }
  }
}
