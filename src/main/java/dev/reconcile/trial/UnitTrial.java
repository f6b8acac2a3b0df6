// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.plan.HostUnits;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A test of the units whose files change, by {@code systemd-analyze verify}. The severity of its
 * messages decides ({@link UnitMessage#isRefusal}), not its exit status, which is 0 for a misspelt
 * directive in some versions and 1 for an unsafe user in others.
 */
final class UnitTrial {
  static final String FOLDER = Layout.UNIT_FILES;

  /** Makes systemd write the severity before each line (systemd(1), "Environment"). */
  private static final String LEVELS = "SYSTEMD_LOG_TARGET=console-prefixed";

  private final Host host;
  private final Plan plan;
  private final TrialResultBuilder findings;
  private final Overlay changes;

  /** Units to the apps that they represent; a unit of the host represents none. */
  private NavigableMap<String, NavigableSet<String>> units = new TreeMap<>();

  UnitTrial(Host host, Plan plan, TrialResultBuilder findings) {
    this.host = host;
    this.plan = plan;
    this.findings = findings;
    this.changes = Overlay.of(plan, path -> path.startsWith(FOLDER + "/"));
  }

  void run() throws HostException {
    units = TriedUnits.of(host.facts(), plan, changes);
    if (units.isEmpty()) {
      return;
    }
    MountNamespace.Answer answer = verify(changes.changes());
    if (!answer.ran()) {
      findings.notice(
          Diagnostic.notice(
              "Units not tested beforehand",
              """
              systemd will read them as they are written. The reason:
              %s\
              """
                  .formatted(answer.text().indent(4).stripTrailing())));
      return;
    }
    attribute(UnitMessage.parse(answer.text()), true);
  }

  private MountNamespace.Answer verify(List<Change> made) throws HostException {
    MountNamespace namespace = new MountNamespace(host, FOLDER);
    namespace.writes("/tmp/systemd"); // systemd-analyze uses temporary directories there
    List<String> argv = new ArrayList<>(List.of("env", LEVELS, "systemd-analyze", "verify"));
    argv.add("--man=no");
    argv.addAll(units.keySet());
    return namespace.run(made, argv);
  }

  private void attribute(List<UnitMessage> messages, boolean isOfHostToo) throws HostException {
    List<UnitMessage> ofUnits = new ArrayList<>();
    NavigableSet<String> alike = new TreeSet<>();
    for (UnitMessage message : messages) {
      Optional<Change> place = changes.at(message.subject());
      if (place.isPresent() && !message.isRefusal()) {
        remark(place.get(), message);
      } else if (place.isPresent() && !place.get().app().isEmpty()) {
        blame(place.get().app(), place, message);
        UnitFilePath.of(message.subject()).ifPresent(file -> alike.add(file.unit()));
      } else if (place.isPresent() && isOfHostToo) {
        blame("", place, message);
      } else if (place.isEmpty()
          && units.containsKey(message.subject())
          && message.isRefusal()
          && !isForgiven(message)) {
        ofUnits.add(message);
      }
    }
    alike.addAll(attributeUnits(ofUnits, isOfHostToo));
    attributeOthers(alike);
  }

  /** Attributes messages about units, and returns the units of apps that were refused. */
  private Set<String> attributeUnits(List<UnitMessage> messages, boolean isOfHostToo)
      throws HostException {
    Set<String> refused = new HashSet<>();
    if (messages.isEmpty()) {
      return refused;
    }
    // A message about the live unit is not caused by this plan,
    Set<UnitMessage> before = messages(new Overlay(List.of()));
    // and a message without the files of apps is not caused by them.
    Set<UnitMessage> ofHost =
        changes.concernsHost() && !changes.apps().isEmpty()
            ? messages(changes.only(Set.of()))
            : Set.of();
    for (UnitMessage message : messages) {
      String app = ofHost.contains(message) ? "" : appOf(message);
      if (!before.contains(message) && !app.isEmpty()) {
        blame(app, fileOf(message.subject(), app), message);
        refused.add(message.subject());
      } else if (!before.contains(message) && isOfHostToo) {
        blame("", dropInOfHost(message), message);
      }
    }
    return refused;
  }

  // If the unit that represents several apps is refused, the others are verified one by one: a line
  // that differs only in the app's name may have another meaning.
  private void attributeOthers(Set<String> refused) throws HostException {
    NavigableMap<String, NavigableSet<String>> others = new TreeMap<>();
    for (String unit : refused) {
      NavigableSet<String> apps = units.getOrDefault(unit, new TreeSet<>());
      for (String other : apps.isEmpty() ? apps : apps.tailSet(apps.first(), false)) {
        String instance = unit.replace("@" + apps.first() + ".", "@" + other + ".");
        others.put(instance, new TreeSet<>(Set.of(other)));
      }
    }
    if (!others.isEmpty()) {
      units = others;
      attribute(UnitMessage.parse(verify(changes.changes()).text()), false);
    }
  }

  private Set<UnitMessage> messages(Overlay made) throws HostException {
    return new HashSet<>(UnitMessage.parse(verify(made.changes()).text()));
  }

  private String appOf(UnitMessage message) {
    NavigableSet<String> apps = units.getOrDefault(message.subject(), new TreeSet<>());
    boolean own = !apps.isEmpty() && changes.apps().contains(apps.first());
    return own ? apps.first() : "";
  }

  // The host's drop-in without which the unit is not refused; else any of its files.
  private Optional<Change> dropInOfHost(UnitMessage message) throws HostException {
    for (Change change : changes.ofHost()) {
      Optional<UnitFilePath> file = UnitFilePath.of(Overlay.path(change));
      boolean isRead =
          file.filter(dropIn -> dropIn.isDropIn() && dropIn.isFor(message.subject())).isPresent();
      if (isRead && !messages(changes.without(change)).contains(message)) {
        return Optional.of(change);
      }
    }
    return fileOf(message.subject(), "");
  }

  private boolean isForgiven(UnitMessage message) throws HostException {
    // a drop-in may exist before its unit
    return message.isOfMissingUnit() || isToCome(message);
  }

  // The program is in a virtualenv, checkout or file that the same plan creates, or it belongs to a
  // held app, to no app of this host, or to an instance that exists only in the trial.
  private boolean isToCome(UnitMessage message) throws HostException {
    Optional<String> program = message.missingProgram();
    if (program.isEmpty()) {
      return false;
    }
    boolean held =
        units.getOrDefault(message.subject(), new TreeSet<>()).stream()
            .anyMatch(plan.held().keySet()::contains);
    return held
        || TriedUnits.isOfNoApp(host.facts(), plan, message.subject())
        || program.get().contains(TriedUnits.NO_INSTANCE)
        || plan.changes().stream()
            .map(PlannedChange::change)
            .filter(change -> !(change instanceof Change.Delete))
            .map(Change::address)
            .filter(address -> Kinds.named(address.kind()).bringsPrograms())
            .map(Address::name)
            .anyMatch(path -> (program.get() + "/").startsWith(path + "/"));
  }

  private Optional<Change> fileOf(String unit, String app) {
    String template = unit.replaceFirst("@[^.]*\\.", "@.");
    return changes.changes().stream()
        .filter(change -> change.app().equals(app) && Overlay.after(change).isPresent())
        .filter(change ->
            Overlay.path(change).startsWith(FOLDER + "/" + unit)
                || Overlay.path(change).startsWith(FOLDER + "/" + template))
        .findFirst();
  }

  private void blame(String app, Optional<Change> place, UnitMessage message) {
    Optional<String> unit =
        app.isEmpty() ? place.map(Overlay::path).flatMap(HostUnits::of) : Optional.empty();
    Optional<Change> dropIn =
        app.isEmpty() && unit.isEmpty() ? place.filter(UnitTrial::isDropIn) : Optional.empty();
    Optional<Origin> origin = place.flatMap(Overlay::after).map(Declared::origin);
    String stays = unit.or(() -> dropIn.map(Overlay::path)).orElse(app);
    Diagnostic fault =
        new Diagnostic(
            Severity.ERROR,
            "Unit refused by systemd",
            words(place, message) + advice(app, stays, origin),
            origin);
    if (unit.isPresent()) {
      findings.unitFault(unit.get(), fault);
    } else if (dropIn.isPresent()) {
      findings.fileFault(dropIn.get().address(), fault);
    } else {
      findings.fault(app, fault);
    }
  }

  // the units of all apps depend on their templates, but not on an additional drop-in
  private static boolean isDropIn(Change change) {
    return UnitFilePath.of(Overlay.path(change)).filter(UnitFilePath::isDropIn).isPresent();
  }

  private static String words(Optional<Change> place, UnitMessage message) {
    return """
    systemd-analyze verify says:
    %s%s\
    """
        .formatted(message.text().indent(4), Overlay.excerpt(place, message.line()));
  }

  private void remark(Change place, UnitMessage message) {
    String unit = UnitFilePath.of(message.subject()).map(UnitFilePath::unit).orElse("");
    if (!place.app().isEmpty() && !units.containsKey(unit)) {
      return; // systemd loaded it for another unit; an equal unit represents the app
    }
    NavigableSet<String> alike = new TreeSet<>(units.getOrDefault(unit, new TreeSet<>()));
    alike.remove(place.app());
    findings.notice(
        new Diagnostic(
            Severity.WARNING,
            "Unit with a warning of systemd",
            "%ssystemd accepts the unit, and the change is applied.%s"
                .formatted(
                    words(Optional.of(place), message),
                    alike.isEmpty()
                        ? ""
                        : " The same applies to %s.".formatted(String.join(", ", alike))),
            Overlay.after(place).map(Declared::origin)));
  }

  private static String advice(String app, String stays, Optional<Origin> origin) {
    if (stays.isEmpty()) {
      return """
      The file belongs to no app, so reconcile changes nothing until it is fixed, \
      in units: or in templates/.\
      """;
    }
    return app.isEmpty()
        ? "Until it is fixed, %s stays as it is. All other changes are applied.".formatted(stays)
        : "Fix it in %s or in templates/instance.conf. Until then %s stays as it is."
            .formatted(origin.map(Origin::file).orElse("its file"), app);
  }
}
