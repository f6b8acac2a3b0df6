// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.SocketKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Listener;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.web.WebUser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The units of an app's processes: enablement, drop-ins, socket and service. */
final class AppUnits {
  /** The name of reconcile's own drop-in of a unit. */
  static final String DROP_IN = "reconcile.conf";

  private final Declarations declarations;
  private final Templates templates;
  private final Ports ports;
  private final WebUser sockets;

  /**
   * @param sockets the owner of the sockets of apps
   */
  AppUnits(Declarations declarations, Templates templates, Ports ports, WebUser sockets) {
    this.declarations = declarations;
    this.templates = templates;
    this.ports = ports;
    this.sockets = sockets;
  }

  /**
   * Declares the units of a process.
   *
   * @param process the process
   * @param paths what the process must see besides its directories and logs: its interpreter, and
   *     the directory that a link to its code leads to
   */
  void declare(AppProcess process, List<String> paths) throws TemplateException {
    App app = process.app();
    String service = process.unit();
    add(
        app,
        LinkKind.address(Layout.enablement(service)),
        new LinkKind.Spec(Layout.UNIT_FILES + "/" + AppProcess.templateOf(service)),
        Role.ENABLEMENT,
        List.of(Observer.DAEMON_RELOAD));
    if (process instanceof ProcessInstance instance) {
      dropIn(instance, isAtHome(app, process.logs(), paths));
    } else {
      dropIn(process, paths);
    }
    if (process.socketUnit().isPresent()) {
      socket(app, process.socketUnit().get(), process.address(ports));
    } else if (AppProcess.templateOf(service).equals(Layout.SERVICE_TEMPLATE)) {
      socketOff(app);
    }
    add(
        app,
        UnitKind.address(service),
        new UnitKind.Spec(true),
        process instanceof ProcessInstance ? Role.PROCESS : Role.INSTANCE,
        List.of(AppResources.restartOf(service)));
  }

  private void socket(App app, String unit, String address) throws TemplateException {
    socketDropIn(app);
    add(
        app,
        SocketKind.address(unit),
        new SocketKind.Spec(
            address,
            new FileAttributes(sockets.user(), sockets.group(), 0660),
            SocketKind.LISTENING),
        Role.SOCKET,
        List.of(AppResources.restartOf(unit)));
  }

  // The template of the service requires the socket unit, and a drop-in cannot take that back. A
  // unit whose condition is not met is skipped, and the service starts nevertheless.
  private void socketOff(App app) throws TemplateException {
    file(
        app,
        Layout.dropIns(app.socketUnit()) + DROP_IN,
        templates.render("socket_off.conf", Map.of("from", app.origin().file())),
        0644,
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD));
    add(app, SocketKind.address(app.socketUnit()), SocketKind.OFF, Role.SOCKET, List.of());
  }

  private Object server(App app) {
    Listener listener = app.listener(0, sockets.group());
    return listener.isGunicorn()
        ? ""
        : Map.of("opening", listener.opening("/run/" + app.layout().runtimeFolder()));
  }

  // An instance with the template's values needs no drop-in.
  private void dropIn(AppProcess process, List<String> paths) throws TemplateException {
    App app = process.app();
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("user", unless(Layout.WEB_USER, app.user()));
    values.put("group", unless(Layout.WEB_USER, app.group()));
    values.put("directory", unless(app.layout().code(), app.directory()));
    values.put("home", isAtHome(app, process.logs(), paths) ? "no" : "");
    values.put("stop_timeout", process.stopTimeout());
    values.put("command", process.command().orElse(""));
    values.put("server", server(app));
    values.put("limits", limits(process.limits(), "instance.conf"));
    String venv = unless(app.layout().venv(), app.venv().directory());
    values.put("venv", process.command().isEmpty() ? venv : "");
    boolean special =
        values.entrySet().stream()
            .anyMatch(value -> !value.getKey().equals("from") && !value.getValue().equals(""));
    if (special) {
      file(
          app,
          Layout.dropIns(process.unit()) + DROP_IN,
          templates.render("instance.conf", values),
          0644,
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD, AppResources.restartOf(process.unit())));
    }
  }

  /**
   * Returns the settings for limits in a drop-in; the empty text for none.
   *
   * @param template the template of the drop-in
   * @throws TemplateException if a template of the repo would drop them without a word
   */
  Object limits(ProcessLimits limits, String template) throws TemplateException {
    List<String> settings = limits.settings();
    if (settings.isEmpty()) {
      return "";
    }
    demand(
        template,
        "limits",
        """
        An app sets "resources", and the template does not write its limits. Add \
        {{#limits}}{{.}}{{/limits}} to [Service], each tag on a line of its own.\
        """);
    return settings;
  }

  private void demand(String template, String value, String mistake) throws TemplateException {
    if (!templates.uses(template, value)) {
      throw new TemplateException(Origin.of("templates/" + template), mistake);
    }
  }

  /**
   * Returns what the drop-in of an instance has of its app. The templates of processes and
   * schedules name no app, because the instance's name is not the app's.
   */
  static Map<String, Object> ofInstance(App app, boolean atHome) {
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("user", app.user());
    values.put("group", app.group());
    values.put("environment", app.layout().environment());
    values.put("secrets", app.layout().secrets());
    values.put("home", atHome ? "no" : "");
    return values;
  }

  private void dropIn(ProcessInstance process, boolean atHome) throws TemplateException {
    App app = process.app();
    String name = process.process().name();
    boolean hasOwn = !process.process().env().isEmpty();
    if (hasOwn) {
      demand(
          "process.conf",
          "own",
          """
          A process sets "env", and the template does not name the file of these variables. Add \
          {{#own}}EnvironmentFile={{.}}{{/own}} to [Service], each tag on a line of its own.\
          """);
    }
    Map<String, Object> values = ofInstance(app, atHome);
    values.put("description", "%s %d of app %s".formatted(name, process.number(), app.name()));
    values.put("own", hasOwn ? app.layout().processEnvironment(name) : "");
    values.put("directory", app.directory());
    values.put("command", process.command().orElseThrow());
    values.put("stop_timeout", process.stopTimeout());
    values.put("limits", limits(process.limits(), "process.conf"));
    file(
        app,
        Layout.dropIns(process.unit()) + DROP_IN,
        templates.render("process.conf", values),
        0644,
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD, AppResources.restartOf(process.unit())));
  }

  /** Declares the files with the variables of single background processes. */
  void declareEnvironments(App app) throws TemplateException {
    for (BackgroundProcess process : app.background().processes()) {
      List<String> restarts =
          process.instancesOf(app).stream()
              .map(instance -> AppResources.restartOf(instance.unit()))
              .toList();
      if (!process.env().isEmpty() && !restarts.isEmpty()) {
        String path = app.layout().processEnvironment(process.name());
        String text =
            templates.render(
                "process.env",
                Map.of(
                    "from",
                    app.origin().file(),
                    "variables",
                    AppSettings.variables(process.env())));
        file(app, path, text, 0640, Role.SETTINGS, restarts);
      }
    }
  }

  /**
   * Returns whether an app lives in a home directory. The templates hide those, and it must see its
   * own.
   *
   * @param logs the log files of the process
   * @param paths what the app must see besides its directories
   */
  static boolean isAtHome(App app, List<String> logs, List<String> paths) {
    return Stream.of(
            List.of(app.directory()),
            app.venv().isOff()
                ? List.<String>of()
                : List.of(app.venv().directory(), app.venv().python()),
            app.data().stream().map(DataFolder::folder).toList(),
            logs,
            paths)
        .flatMap(List::stream)
        .anyMatch(AppUnits::isAtHome);
  }

  private static boolean isAtHome(String path) {
    return path.startsWith("/home/") || path.startsWith("/root/");
  }

  // The template listens at the default path. Any other path needs a drop-in.
  private void socketDropIn(App app) throws TemplateException {
    if (app.needsNumber() && app.web().bind().isHeld()) {
      String address = ports.address(app);
      String listen = address.startsWith("unix:") ? address.substring("unix:".length()) : address;
      file(
          app,
          Layout.dropIns(app.socketUnit()) + DROP_IN,
          templates.render("socket.conf", Map.of("from", app.origin().file(), "listen", listen)),
          0644,
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD, AppResources.restartOf(app.socketUnit())));
    }
  }

  private static String unless(String usual, String value) {
    return value.equals(usual) ? "" : value;
  }

  /** Declares a file of root's. */
  void file(App app, String path, String text, int mode, Role role, List<String> notifies) {
    add(
        app,
        FileKind.address(path),
        new FileKind.Spec(Content.of(text), FileAttributes.root(mode)),
        role,
        notifies);
  }

  /** Declares a resource of an app, which its file has declared. */
  void add(App app, Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}
