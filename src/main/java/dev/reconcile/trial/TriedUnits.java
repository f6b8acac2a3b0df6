// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
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
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A selection of the units to verify when unit files change. A template is verified through its
 * planned instances, each with the drop-ins of its app. Of apps whose drop-ins differ only in the
 * app's name, one is verified, so that the work does not grow with their number.
 */
final class TriedUnits {
  private static final Pattern DEFAULT_INSTANCE =
      Pattern.compile("(?m)^\\s*DefaultInstance\\s*=\\s*(\\S+)\\s*$");

  /** The instance name for a template without a known instance. */
  static final String NO_INSTANCE = "reconcile-trial";

  /** Units that every systemd has, by type, to verify the drop-ins of the type. */
  private static final Map<String, String> CARRIERS =
      Map.of(
          "service", "systemd-journald.service",
          "socket", "systemd-journald.socket",
          "timer", "systemd-tmpfiles-clean.timer");

  private final Facts facts;
  private final Plan plan;
  private final Overlay changes;

  /**
   * Apps whose units are removed. Without its drop-in, a unit would need files that its app never
   * had.
   */
  private final Set<String> going;

  /** Units to the apps that they represent; a unit of the host represents none. */
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

  /**
   * Reports whether a unit is an instance of an app template without an app on this host or in the
   * plan.
   */
  static boolean isOfNoApp(Facts facts, Plan plan, String unit) throws HostException {
    Optional<String> app = Layout.appOf(unit);
    return app.isPresent()
        && plan.changes().stream().noneMatch(planned -> planned.change().app().equals(app.get()))
        && facts.stat(new Layout(app.get()).environment()).isEmpty();
  }

  /**
   * Selects the units to verify, each with the apps that it represents.
   *
   * @param changes the plan's changes of unit files
   */
  static NavigableMap<String, NavigableSet<String>> of(Facts facts, Plan plan, Overlay changes)
      throws HostException {
    TriedUnits tried = new TriedUnits(facts, plan, changes);
    tried.pick();
    return tried.units;
  }

  private void pick() throws HostException {
    Set<String> shared = new HashSet<>();
    NavigableMap<String, String> processes = new TreeMap<>();
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
      if (!change.app().isEmpty() && Layout.isNamed(file.unit())) {
        if (!goes) {
          processes.putIfAbsent(file.unit(), change.app());
        }
      } else if (!change.app().isEmpty()) {
        UnitFilePath.templateOf(file.unit())
            .ifPresent(template ->
                own.computeIfAbsent(template, any -> new TreeSet<>()).add(change.app()));
      } else {
        Layout.TEMPLATES.stream()
            .filter(template -> file.isFor(new Layout("x").instanceOf(template)))
            .forEach(shared::add);
        if (file.isFor(new Layout("x").process("y", 1))) {
          processes.putAll(present(Layout::isProcess));
        }
        if (file.isFor(new Layout("x").timer("y"))) {
          processes.putAll(present(Layout::isTimer));
        }
        if (file.isFor(new Layout("x").schedule("y"))) {
          present(Layout::isTimer)
              .forEach((timer, app) -> processes.put(Layout.scheduleOf(timer), app));
        }
        addOfHost(file, change);
      }
    }
    NavigableSet<String> all = apps();
    for (String template : Layout.TEMPLATES) {
      addInstances(
          template, shared.contains(template) ? all : own.getOrDefault(template, new TreeSet<>()));
    }
    addProcesses(processes);
  }

  private Map<String, String> present(Predicate<String> kind) throws HostException {
    Map<String, String> present = new HashMap<>();
    for (String unit : facts.list(Layout.ENABLED)) {
      Optional<String> app = Layout.appOf(unit).filter(name -> !going.contains(name));
      if (app.isPresent() && kind.test(unit)) {
        present.put(unit, app.get());
      }
    }
    return present;
  }

  // The instances of a process differ only in their number, and those of many apps only in the
  // app's name.
  private void addProcesses(NavigableMap<String, String> processes) throws HostException {
    Map<List<String>, String> alike = new HashMap<>();
    for (Map.Entry<String, String> process : processes.entrySet()) {
      String unit = process.getKey();
      List<String> texts = new ArrayList<>();
      for (String text : ownFiles(unit, process.getValue())) {
        texts.add(text.replaceAll("\\.[0-9]+\\.service|\\b[0-9]+ of app", ""));
      }
      String first = alike.computeIfAbsent(texts, _ -> unit);
      units.computeIfAbsent(first, _ -> new TreeSet<>()).add(process.getValue());
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
    if (!unit.isEmpty() && !unit.contains("-.")) { // a prefix of unit names is not a unit
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

  // Held apps do not change; they are verified only if there is no other app.
  private NavigableSet<String> apps() throws HostException {
    NavigableSet<String> changed = new TreeSet<>();
    Stream.concat(
            plan.changes().stream()
                .map(PlannedChange::change)
                .filter(change -> !(change instanceof Change.Delete))
                .map(Change::app),
            plan.handlers().stream().map(due -> due.handler().app()))
        .filter(app -> !app.isEmpty() && !going.contains(app))
        .forEach(changed::add);
    NavigableSet<String> apps = new TreeSet<>();
    for (String app : changed) {
      if (hasWebProcess(app)) {
        apps.add(app);
      }
    }
    return apps.isEmpty() ? new TreeSet<>(plan.held().keySet()) : apps;
  }

  // An app without a web process has no drop-in for it, and the template does not fit every app.
  private boolean hasWebProcess(String app) throws HostException {
    String link = Layout.enablement(new Layout(app).service());
    Optional<Change> change = changes.at(link);
    return change.isPresent()
        ? Overlay.after(change.get()).isPresent()
        : facts.stat(link).isPresent();
  }

  private void addInstances(String template, Set<String> apps) throws HostException {
    Map<List<String>, NavigableSet<String>> alike = new HashMap<>();
    for (String app : apps) {
      String unit = new Layout(app).instanceOf(template);
      alike.computeIfAbsent(ownFiles(unit, app), key -> new TreeSet<>()).add(app);
    }
    alike
        .values()
        .forEach(group -> units.put(new Layout(group.first()).instanceOf(template), group));
  }

  // The files that distinguish the instance from others, with the app's name replaced.
  private List<String> ownFiles(String unit, String app) throws HostException {
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
        : facts.text(path, Limits.CONFIG_FILE).orElse("");
  }

  private static String withoutName(String text, String app) {
    return text.replaceAll("(?<![\\w-])" + Pattern.quote(app) + "(?![\\w-])", "%i");
  }
}
