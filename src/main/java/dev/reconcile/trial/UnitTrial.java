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
 * What systemd says of the units whose files change ({@code systemd-analyze verify}). It is judged
 * by its words, not by its exit status, which is 0 for a misspelt directive.
 */
final class UnitTrial {
  static final String FOLDER = Layout.UNIT_FILES;

  private final Host host;
  private final Plan plan;
  private final TrialResultBuilder findings;
  private final Overlay changes;

  /** Unit to the apps that it stands for; none for the host. */
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
              "Units could not be tried beforehand",
              "systemd reads them as they are written. This is why:\n"
                  + answer.text().indent(4).stripTrailing()));
      return;
    }
    judge(UnitMessage.parse(answer.text()));
  }

  private MountNamespace.Answer verify(List<Change> made) throws HostException {
    MountNamespace stage = new MountNamespace(host, FOLDER);
    stage.writes("/tmp/systemd"); // it works in folders of its own there
    List<String> argv = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
    argv.addAll(units.keySet());
    return stage.run(made, argv);
  }

  private void judge(List<UnitMessage> messages) throws HostException {
    List<UnitMessage> ofUnits = new ArrayList<>();
    for (UnitMessage message : messages) {
      Optional<Change> place = changes.at(message.subject());
      if (place.isPresent()) {
        blameAll(place.get(), message);
      } else if (units.containsKey(message.subject()) && !isForgiven(message)) {
        ofUnits.add(message);
      }
    }
    if (ofUnits.isEmpty()) {
      return;
    }
    // what systemd says of the live unit, too, is not this plan's doing
    Set<UnitMessage> before = new HashSet<>(UnitMessage.parse(verify(List.of()).text()));
    // and what it says without the files of apps is not theirs
    Set<UnitMessage> ofHost =
        changes.concernsHost() && !changes.apps().isEmpty()
            ? new HashSet<>(UnitMessage.parse(verify(changes.only(Set.of()).changes()).text()))
            : Set.of();
    for (UnitMessage message : ofUnits) {
      if (!before.contains(message)) {
        String app = ofHost.contains(message) ? "" : appOf(message);
        blame(app, fileOf(message.subject(), app), message);
      }
    }
  }

  private String appOf(UnitMessage message) {
    NavigableSet<String> apps = units.getOrDefault(message.subject(), new TreeSet<>());
    boolean own = !apps.isEmpty() && changes.apps().contains(apps.first());
    return own ? apps.first() : "";
  }

  // Where apps were judged by one of them, the same line is in the file of each.
  private void blameAll(Change place, UnitMessage message) {
    blame(place.app(), Optional.of(place), message);
    for (NavigableSet<String> alike : units.values()) {
      for (String other : alike.contains(place.app()) ? alike : Set.<String>of()) {
        String path = Overlay.path(place).replace("@" + place.app() + ".", "@" + other + ".");
        changes.at(path).ifPresent(change -> blame(other, Optional.of(change), message));
      }
    }
  }

  private boolean isForgiven(UnitMessage message) throws HostException {
    // a drop-in may be there before the unit that it is for
    return message.isOfMissingUnit() || isToCome(message);
  }

  // A program in a virtualenv, in a checkout or in a file that the same plan makes; and one of an
  // app that is not made now, or not on this host, or of an instance that only the trial knows.
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
    Optional<Origin> origin = place.flatMap(Overlay::after).map(Declared::origin);
    Diagnostic fault =
        new Diagnostic(
            Severity.ERROR,
            "systemd would not take a unit as it is written",
            "systemd-analyze verify says:\n"
                + message.text().indent(4)
                + Overlay.excerpt(place, message.line())
                + advice(app, unit, origin),
            origin);
    if (unit.isPresent()) {
      findings.unitFault(unit.get(), fault);
    } else {
      findings.fault(app, fault);
    }
  }

  private static String advice(String app, Optional<String> unit, Optional<Origin> origin) {
    if (unit.isPresent()) {
      return "Until it is mended " + unit.get() + " stays as it is.";
    }
    return app.isEmpty()
        ? "This belongs to no app, so nothing is changed until it is mended, in units: or in"
            + " templates/."
        : "Mend it in "
            + origin.map(Origin::file).orElse("its file")
            + " or in templates/instance.conf. Until then "
            + app
            + " stays as it is.";
  }
}
