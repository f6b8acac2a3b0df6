// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitFilePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The readers of declared files, derived from the files' paths: systemd reads the files of units,
 * and what runs from them is restarted; nginx reads its folder. A file that only an app's own unit
 * reads belongs to that app, so that it is rehearsed, health-checked and rolled back with it.
 *
 * <p>Invariant: a file that already names its readers keeps them.
 */
final class FileReaders {
  private static final String NGINX = "/etc/nginx/";
  private static final Address NGINX_UNIT = UnitKind.address("nginx.service");
  private static final String RESTART = "restart ";
  private static final Pattern ENVIRONMENT =
      Pattern.compile("(?m)^[ \\t]*EnvironmentFile[ \\t]*=[ \\t]*-?(/[^\\s%]+)[ \\t]*$");
  private static final Set<String> RESTARTABLE = Set.of("service", "socket", "timer", "path");

  /**
   * Units whose restart would do more harm than an old setting: requests are rejected, sessions
   * end. Their drop-ins take effect at the next start.
   */
  static final Set<String> NEVER_RESTARTED =
      Set.of("nginx.service", "dbus.service", "dbus-broker.service", "systemd-logind.service");

  private final DesiredState desired;
  private final State state;
  private final SortedMap<String, Handler> handlers;
  private final SortedMap<Address, Declared> resources;

  FileReaders(DesiredState desired, State state) {
    this.desired = desired;
    this.state = state;
    this.handlers = new TreeMap<>(desired.handlers());
    this.resources = new TreeMap<>(desired.resources());
    addHandlers();
    desired.resources().values().forEach(this::read);
  }

  /** Returns the desired state in which each file names its readers. */
  DesiredState desired() {
    return new DesiredState(
        desired.revision(),
        resources,
        handlers,
        desired.apps(),
        desired.held(),
        desired.faults(),
        desired.protectedApps(),
        desired.limits());
  }

  // A drop-in that has left the repo has readers too.
  private void addHandlers() {
    Set<Address> files = new LinkedHashSet<>(desired.resources().keySet());
    files.addAll(state.owned().keySet());
    files.stream()
        .filter(address -> address.kind().equals(FileKind.NAME))
        .flatMap(address -> UnitFilePath.of(address.name()).stream())
        .filter(file -> file.isDropIn() && isOfPackage(file.unit()))
        .forEach(file -> handlers.putIfAbsent(RESTART + unitsOf(file), restart(unitsOf(file))));
  }

  private boolean isOfPackage(String unit) {
    Address declared = FileKind.address(Layout.UNIT_FILES + "/" + unit);
    return unit.contains(".")
        && !Layout.isOfApps(unit)
        && !unit.contains("-.")
        && RESTARTABLE.contains(UnitFilePath.typeOf(unit))
        && !NEVER_RESTARTED.contains(unit)
        && !desired.resources().containsKey(declared)
        && !state.owned().containsKey(declared);
  }

  /** Returns a unit, or for a template the pattern of all its instances. */
  private static String unitsOf(UnitFilePath file) {
    return file.isTemplate() ? file.unit().replace("@.", "@*.") : file.unit();
  }

  private static Handler restart(String units) {
    return new Handler(
        RESTART + units,
        Phase.INSTANCES,
        List.of(new Step.Systemctl(Step.UnitVerb.TRY_RESTART, units)),
        List.of(),
        "");
  }

  private void read(Declared declared) {
    String path = declared.address().name();
    Optional<UnitFilePath> unit = unitFile(declared.address());
    if (unit.isPresent()) {
      String app = declared.app().isEmpty() ? appOf(unit.get()) : declared.app();
      Declared wired = with(declared, app, Role.UNIT_FILE, readersOf(unit.get()));
      resources.put(declared.address(), wired);
      environment(wired);
    } else if (declared.role() == Role.HOST_FILE
        && path.startsWith(NGINX)
        && desired.resources().containsKey(NGINX_UNIT)) {
      resources.put(
          declared.address(),
          with(declared, declared.app(), Role.NGINX_CONF, List.of(Observer.RELOAD_NGINX)));
    }
  }

  private static Optional<UnitFilePath> unitFile(Address address) {
    return address.kind().equals(FileKind.NAME)
        ? UnitFilePath.of(address.name())
        : Optional.empty();
  }

  private String appOf(UnitFilePath file) {
    return Layout.appOf(file.unit()).filter(desired.apps()::contains).orElse("");
  }

  private List<String> readersOf(UnitFilePath file) {
    List<String> ids = new ArrayList<>(List.of(Observer.DAEMON_RELOAD));
    for (String id : handlers.keySet()) {
      String unit = id.startsWith(RESTART) ? id.substring(RESTART.length()) : "";
      if (!unit.isEmpty() && (file.isFor(unit) || unitsOf(file).equals(unit))) {
        ids.add(id);
      }
    }
    return ids;
  }

  // systemd reads these files when it starts the unit, so the unit must be restarted.
  private void environment(Declared unit) {
    if (!(unit.spec() instanceof FileKind.Spec spec) || spec.content().secret()) {
      return;
    }
    Matcher matcher = ENVIRONMENT.matcher(spec.content().text());
    while (matcher.find()) {
      Declared file = resources.get(FileKind.address(String.valueOf(matcher.group(1))));
      if (file != null && (file.app().isEmpty() || file.app().equals(unit.app()))) {
        List<String> ids =
            unit.notifies().stream().filter(id -> !id.equals(Observer.DAEMON_RELOAD)).toList();
        String app = file.notifies().isEmpty() ? unit.app() : file.app();
        Role role = app.isEmpty() ? file.role() : Role.SETTINGS;
        resources.put(file.address(), with(file, app, role, ids));
      }
    }
  }

  private static Declared with(Declared declared, String app, Role role, List<String> more) {
    Set<String> notifies = new LinkedHashSet<>(declared.notifies());
    notifies.addAll(more);
    return new Declared(
        declared.address(),
        declared.spec(),
        app,
        role,
        List.copyOf(notifies),
        declared.origin(),
        declared.settled());
  }

  /** Returns the notice for a changed drop-in whose unit is not restarted for it. */
  Optional<Diagnostic> lateReader(Address changed) {
    return unitFile(changed)
        .filter(file -> file.isDropIn() && NEVER_RESTARTED.contains(file.unit()))
        .map(file ->
            Diagnostic.notice(
                    "Unit not restarted",
                    """
                    %s takes effect at the next start of %s, because a restart would reject \
                    requests or end sessions.\
                    """
                        .formatted(changed.name(), file.unit()))
                .withCommand("systemctl restart " + file.unit()));
  }

  /**
   * Returns the memory of a resource that leaves, with its readers; an earlier version may have
   * written it.
   */
  OwnedResource of(OwnedResource owned) {
    Optional<UnitFilePath> file = unitFile(owned.address());
    if (file.isEmpty()) {
      return owned;
    }
    Set<String> notifies = new LinkedHashSet<>(owned.notifies());
    notifies.addAll(readersOf(file.get()));
    String app = owned.app().isEmpty() ? appOf(file.get()) : owned.app();
    return new OwnedResource(owned.address(), app, Role.UNIT_FILE, List.copyOf(notifies));
  }
}
