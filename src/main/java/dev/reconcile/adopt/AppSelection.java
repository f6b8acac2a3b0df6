// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The apps that the tree adopts, and the reasons against the others.
 *
 * <p>Invariant: nginx passes each request for an adopted app to the app's new address. An app for
 * which this is not certain is not adopted.
 */
final class AppSelection {
  private static final String TEMPLATE = Layout.UNIT_FILES + "/" + Layout.SERVICE_TEMPLATE;

  private final HostInventory seen;
  private final Map<FoundApp, Blocker> refused = new LinkedHashMap<>();

  private AppSelection(HostInventory seen) {
    this.seen = seen;
  }

  /** Selects the apps of a host. */
  static AppSelection of(HostInventory seen) {
    AppSelection choice = new AppSelection(seen);
    while (choice.refusesMore()) {} // a refused app may cause the refusal of another
    return choice;
  }

  /** Returns the adopted apps. */
  List<FoundApp> adopted() {
    return seen.apps().stream().filter(app -> !refused.containsKey(app)).toList();
  }

  /** Returns the other apps, each with the reason. */
  Map<FoundApp, Blocker> refused() {
    return refused;
  }

  /** Matches nginx's servers with the apps. */
  SiteMatching ownership(AdoptionFindings findings) {
    return new SiteMatching(seen, adopted(), List.copyOf(refused.keySet()), findings);
  }

  private boolean refusesMore() {
    SiteMatching ownership = ownership(new AdoptionFindings());
    int before = refused.size();
    for (FoundApp app : adopted()) {
      reason(app, ownership).ifPresent(why -> refused.put(app, why));
    }
    if (refused.size() == before) {
      keptByTemplate();
    }
    return refused.size() > before;
  }

  private Optional<Blocker> reason(FoundApp app, SiteMatching ownership) {
    if (app.isManaged()) {
      return Optional.empty();
    }
    return app.processes().stream()
        .flatMap(process -> UnitSettings.foreign(process.unit()).stream())
        .findFirst()
        .or(() -> new Sourcing(seen, app).refusal())
        .or(() -> new Reachability(seen.nginx(), ownership).refusal(app))
        .or(() -> app.isReplaced() ? alone(app, ownership).stream().findFirst() : Optional.empty());
  }

  // The new unit has the same name, so the apply ends the app's old address.
  private List<Blocker> alone(FoundApp app, SiteMatching ownership) {
    List<Blocker> reasons = new ArrayList<>();
    boolean same = app.addresses().stream().allMatch(ListenAddress.ofApp(app.name())::equals);
    if (!same) {
      reasons.addAll(new AppClients(seen, ownership).of(app));
    }
    app.processes().stream()
        .filter(process -> process.isReplaced(new Layout(app.name())))
        .forEach(process -> overriding(process, reasons));
    return reasons;
  }

  private static void overriding(FoundProcess process, List<Blocker> reasons) {
    List<ParsedUnitFile> files = process.unit().files();
    for (ParsedUnitFile dropIn : files.subList(Math.min(1, files.size()), files.size())) {
      UnitSettings.deciding(dropIn)
          .ifPresent(setting ->
              reasons.add(
                  new Blocker(
                      "its drop-in would override %s= of the new unit (put it into the unit)"
                          .formatted(setting.key()),
                      setting.place())));
    }
  }

  // The template of all apps is one file: it cannot be replaced for some of its instances only.
  private void keptByTemplate() {
    List<Unit> staying =
        seen.elsewhere().units().stream()
            .filter(unit -> unit.path().equals(TEMPLATE) && !unit.isMarked())
            .filter(unit -> unit.isRunning() || unit.enabled())
            .filter(unit ->
                adopted().stream()
                    .flatMap(app -> app.units().stream())
                    .noneMatch(own -> own.name().equals(unit.name())))
            .toList();
    for (FoundApp app : staying.isEmpty() ? List.<FoundApp>of() : adopted()) {
      if (!app.isManaged()) {
        refused.put(
            app,
            new Blocker(
                "%s is not adopted, and runs from the unit that the app would get"
                    .formatted(staying.getFirst().name()),
                SourceLocation.of(TEMPLATE)));
      }
    }
  }
}
