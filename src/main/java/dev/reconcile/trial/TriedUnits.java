package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Picks the units that systemd is asked about when unit files change. A template is judged by its
 * instances, as they will be: each with the drop-ins of its own app. Apps whose drop-ins are equal
 * but for the app's name are judged by one of them, so the work does not grow with their number.
 */
final class TriedUnits {
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern DEFAULT_INSTANCE =
      Pattern.compile("(?m)^\\s*DefaultInstance\\s*=\\s*(\\S+)\\s*$");

  /** Stands for an instance of a template of which none is known. */
  static final String NO_INSTANCE = "reconcile-trial";

  /** A unit of the host's own that every systemd has, to carry the drop-ins of its type. */
  private static final Map<String, String> CARRIERS =
      Map.of(
          "service", "systemd-journald.service",
          "socket", "systemd-journald.socket",
          "timer", "systemd-tmpfiles-clean.timer");

  private final Facts facts;
  private final Plan plan;
  private final Overlay changes;

  /** Apps whose units are removed: without its drop-in a unit needs what its app never had. */
  private final Set<String> going;

  /** Unit to the apps that it stands for; none if it belongs to the host. */
  private final NavigableMap<String, NavigableSet<String>> units = new TreeMap<>();

  private TriedUnits(Facts facts, Plan plan, Overlay changes) {
    this.facts = facts;
    this.plan = plan;
    this.changes = changes;
    this.going =
        plan.changes().stream()
            .map(PlannedChange::change)
            .filter(change -> change instanceof Change.Delete && !change.app().isEmpty())
            .filter(change -> !plan.digests().containsKey(change.app()))
            .map(Change::app)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a unit is an instance of the apps' template that no app of this host has or gets. */
  static boolean isOfNoApp(Facts facts, Plan plan, String unit) throws HostException {
    Optional<String> app = Layout.appOf(unit);
    return app.isPresent()
        && plan.changes().stream().noneMatch(one -> one.change().app().equals(app.get()))
        && facts.stat(new Layout(app.get()).environment()).isEmpty();
  }

  /**
   * The units to ask about, each with the apps that it stands for.
   *
   * @param changes those of the plan to unit files
   */
  static NavigableMap<String, NavigableSet<String>> of(Facts facts, Plan plan, Overlay changes)
      throws HostException {
    TriedUnits tried = new TriedUnits(facts, plan, changes);
    tried.pick();
    return tried.units;
  }

  private void pick() throws HostException {
    Set<String> shared = new HashSet<>();
    NavigableMap<String, NavigableSet<String>> own = new TreeMap<>();
    for (Change change : changes.changes()) {
      UnitFilePath file = UnitFilePath.of(Overlay.path(change)).orElse(null);
      boolean goes = Overlay.after(change).isEmpty();
      if (file == null
          || !change.address().kind().equals(FileKind.NAME)
          || (goes && !file.isDropIn())) {
        continue;
      }
      if (going.contains(change.app())) {
        continue;
      }
      if (!change.app().isEmpty()) {
        UnitFilePath.templateOf(file.unit())
            .ifPresent(template ->
                own.computeIfAbsent(template, any -> new TreeSet<>()).add(change.app()));
      } else {
        Layout.TEMPLATES.stream()
            .filter(template -> file.isFor(new Layout("x").instanceOf(template)))
            .forEach(shared::add);
        addOfHost(file, change);
      }
    }
    NavigableSet<String> all = apps();
    for (String template : Layout.TEMPLATES) {
      addInstances(
          template, shared.contains(template) ? all : own.getOrDefault(template, new TreeSet<>()));
    }
  }

  private void addOfHost(UnitFilePath file, Change change) {
    String unit = file.unit();
    if (file.isTemplate() && Layout.isOfApps(unit)) {
      return;
    }
    if (file.isTemplate()) {
      unit = instanceOf(unit, Overlay.text(change).orElse(""));
    } else if (file.isDropIn() && !unit.contains(".")) {
      unit = CARRIERS.getOrDefault(unit, "");
    }
    if (!unit.isEmpty() && !unit.contains("-.")) { // a first part of names is no unit
      units.put(unit, new TreeSet<>());
    }
  }

  private String instanceOf(String template, String text) {
    String type = UnitFilePath.typeOf(template);
    String name = template.substring(0, template.indexOf('@') + 1);
    Matcher usual = DEFAULT_INSTANCE.matcher(text);
    String fallback = name + (usual.find() ? usual.group(1) : NO_INSTANCE) + "." + type;
    return plan.changes().stream()
        .map(planned -> planned.change().address().name())
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(unit -> UnitFilePath.templateOf(unit).filter(template::equals).isPresent())
        .findFirst()
        .orElse(fallback);
  }

  // Those that are held stay as they are; they are asked about only where there is no other.
  private NavigableSet<String> apps() {
    NavigableSet<String> apps = new TreeSet<>();
    Stream.concat(
            plan.changes().stream()
                .map(PlannedChange::change)
                .filter(change -> !(change instanceof Change.Delete))
                .map(Change::app),
            plan.handlers().stream().map(due -> due.handler().app()))
        .filter(app -> !app.isEmpty() && !going.contains(app))
        .forEach(apps::add);
    return apps.isEmpty() ? new TreeSet<>(plan.held().keySet()) : apps;
  }

  private void addInstances(String template, Set<String> apps) throws HostException {
    Map<List<String>, NavigableSet<String>> alike = new HashMap<>();
    for (String app : apps) {
      alike.computeIfAbsent(ownFiles(app, template), key -> new TreeSet<>()).add(app);
    }
    alike
        .values()
        .forEach(group -> units.put(new Layout(group.first()).instanceOf(template), group));
  }

  // What makes the instance differ from others, with the app's name taken out.
  private List<String> ownFiles(String app, String template) throws HostException {
    String unit = new Layout(app).instanceOf(template);
    List<String> texts = new ArrayList<>();
    for (String folder : UnitFilePath.FOLDERS) {
      NavigableSet<String> paths = new TreeSet<>();
      facts
          .list(folder + "/" + unit + ".d")
          .forEach(file -> paths.add(folder + "/" + unit + ".d/" + file));
      changes.changes().stream()
          .map(Overlay::path)
          .filter(path -> path.startsWith(folder + "/" + unit + ".d/"))
          .forEach(paths::add);
      paths.add(folder + "/" + unit);
      for (String path : paths) {
        String text = textOf(path);
        if (!text.isEmpty()) {
          texts.add(withoutName(path + "\n" + text, app));
        }
      }
    }
    return texts;
  }

  private String textOf(String path) throws HostException {
    var change = changes.at(path);
    return change.isPresent()
        ? Overlay.text(change.get()).orElse("")
        : facts.text(path, MOST_BYTES).orElse("");
  }

  private static String withoutName(String text, String app) {
    return text.replaceAll("(?<![\\w-])" + Pattern.quote(app) + "(?![\\w-])", "%i");
  }
}
