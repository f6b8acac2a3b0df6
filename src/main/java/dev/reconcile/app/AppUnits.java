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
    dropIn(process, paths);
    if (process.socketUnit().isPresent()) {
      socket(app, process.socketUnit().get(), process.address(ports));
    }
    add(
        app,
        UnitKind.address(service),
        new UnitKind.Spec(true),
        Role.INSTANCE,
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

  // An instance with the template's values needs no drop-in.
  private void dropIn(AppProcess process, List<String> paths) throws TemplateException {
    App app = process.app();
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("user", unless(Layout.WEB_USER, app.user()));
    values.put("group", unless(Layout.WEB_USER, app.group()));
    values.put("directory", unless(app.layout().code(), app.directory()));
    boolean home =
        Stream.of(
                List.of(app.directory(), app.venv().directory(), app.venv().python()),
                app.data().stream().map(DataFolder::folder).toList(),
                process.logs(),
                paths)
            .flatMap(List::stream)
            .anyMatch(AppUnits::isAtHome);
    values.put("home", home ? "no" : "");
    values.put("stop_timeout", process.stopTimeout());
    values.put("command", process.command().orElse(""));
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

  // The template hides home directories. An app that lives in one must see its own.
  private static boolean isAtHome(String path) {
    return path.startsWith("/home/") || path.startsWith("/root/");
  }

  // The template listens at the default path. Any other path needs a drop-in.
  private void socketDropIn(App app) throws TemplateException {
    if (app.needsNumber()) {
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

  private void file(App app, String path, String text, int mode, Role role, List<String> notifies) {
    add(
        app,
        FileKind.address(path),
        new FileKind.Spec(Content.of(text), FileAttributes.root(mode)),
        role,
        notifies);
  }

  private void add(App app, Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}
