package dev.reconcile.trial;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planned;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What systemd says of the units whose files change ({@code systemd-analyze verify}). It is judged
 * by its words, not by its exit status, which is 0 for a misspelt directive.
 */
final class UnitTrial {
  static final String FOLDER = "/etc/systemd/system";

  private final Host host;
  private final Plan plan;
  private final Findings findings;
  private final Overlay changes;

  /** Unit to the app whose file makes it worth a look; empty for the host. */
  private final SortedMap<String, String> units = new TreeMap<>();

  UnitTrial(Host host, Plan plan, Findings findings) {
    this.host = host;
    this.plan = plan;
    this.findings = findings;
    this.changes = Overlay.of(plan, path -> path.startsWith(FOLDER + "/"));
  }

  void run() throws HostException {
    for (Change change : changes.changes()) {
      if (change.address().kind().equals("file") && Overlay.after(change).isPresent()) {
        addUnitOf(change);
      }
    }
    if (units.isEmpty()) {
      return;
    }
    Stage.Answer answer = verify(changes.changes());
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

  // A template is verified by one of its instances: as such it is full of false alarms.
  private void addUnitOf(Change change) throws HostException {
    String[] parts = Overlay.path(change).substring(FOLDER.length() + 1).split("/", -1);
    String unit =
        parts.length == 2 && parts[0].endsWith(".d")
            ? parts[0].substring(0, parts[0].length() - 2)
            : parts[0];
    if (parts.length > 2 || (parts.length == 2 && !parts[0].endsWith(".d"))) {
      return; // nothing that systemd reads as a unit's file
    }
    int at = unit.indexOf("@.");
    String instance =
        at < 0 ? unit : unit.substring(0, at + 1) + representative() + unit.substring(at + 1);
    units.merge(instance, change.app(), (one, other) -> one.isEmpty() ? one : other);
  }

  // any app will do, best one that is like the template says
  private String representative() throws HostException {
    for (Planned planned : plan.changes()) {
      String app = planned.change().app();
      boolean special = host.facts().stat(dropIns(app)).isPresent() || hasDropIn(app);
      if (!app.isEmpty() && !special && !(planned.change() instanceof Change.Delete)) {
        return app;
      }
    }
    return "reconcile-trial";
  }

  private static String dropIns(String app) {
    return FOLDER + "/gunicorn@" + app + ".service.d";
  }

  private boolean hasDropIn(String app) {
    return changes.changes().stream().anyMatch(c -> Overlay.path(c).startsWith(dropIns(app) + "/"));
  }

  private Stage.Answer verify(List<Change> made) throws HostException {
    Stage stage = new Stage(host, FOLDER);
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
        blame(place.get().app(), place, message);
      } else if (units.containsKey(message.subject()) && !isToCome(message)) {
        ofUnits.add(message);
      }
    }
    if (ofUnits.isEmpty()) {
      return;
    }
    // what systemd says of the live unit, too, is not this plan's doing
    Set<UnitMessage> before = new HashSet<>(UnitMessage.parse(verify(List.of()).text()));
    for (UnitMessage message : ofUnits) {
      if (!before.contains(message)) {
        String app = units.getOrDefault(message.subject(), "");
        blame(app, fileOf(message.subject(), app), message);
      }
    }
  }

  // A program in a virtualenv, in a checkout or in a file that the same plan makes.
  private boolean isToCome(UnitMessage message) {
    Optional<String> program = message.missingProgram();
    return program.isPresent()
        && plan.changes().stream()
            .map(Planned::change)
            .filter(change -> !(change instanceof Change.Delete))
            .map(Change::address)
            .filter(address -> Set.of("venv", "checkout", "file", "link").contains(address.kind()))
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
    Optional<Origin> origin = place.flatMap(Overlay::after).map(Declared::origin);
    String excerpt = Overlay.excerpt(place, message.line());
    findings.fault(
        app,
        new Diagnostic(
            Severity.ERROR,
            "systemd would not take a unit as it is written",
            "systemd-analyze verify says:\n"
                + message.text().indent(4)
                + excerpt
                + (app.isEmpty()
                    ? "This belongs to no app, so nothing is changed until it is mended, in units:"
                        + " or in templates/."
                    : "Mend it in "
                        + origin.map(Origin::file).orElse("its file")
                        + " or in templates/instance.conf. Until then "
                        + app
                        + " stays as it is."),
            origin));
  }
}
