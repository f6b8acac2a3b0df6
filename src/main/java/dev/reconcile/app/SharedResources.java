// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.kind.UserKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.web.WebUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The resources that all apps of a host share: the target, the two unit templates, nginx, log
 * formats.
 */
public final class SharedResources {
  /** The handler that reloads nginx. */
  public static final String RELOAD_NGINX = Observer.RELOAD_NGINX;

  private static final String SYSTEMD = Layout.UNIT_FILES + "/";
  private static final String TARGET = Layout.TARGET;
  private static final String START_TARGET = "start " + TARGET;

  private static final String EACH = Layout.SERVICE_TEMPLATE.replace("@.", "@*.");

  private final Declarations declarations;
  private final Templates templates;
  private final WebUser sockets;

  /**
   * @param declarations receives the resources
   * @param templates the texts
   * @param sockets the owner of the sockets of apps
   */
  public SharedResources(Declarations declarations, Templates templates, WebUser sockets) {
    this.declarations = declarations;
    this.templates = templates;
    this.sockets = sockets;
  }

  /**
   * Declares the shared resources for {@code apps}; none if there are no apps and no log formats.
   *
   * @param fronts the apps of which this host has only the site
   */
  public void declare(HostSettings settings, List<App> apps, List<App> fronts)
      throws TemplateException {
    declarations.add(
        new Handler(
            Observer.DAEMON_RELOAD,
            Phase.DAEMON_RELOAD,
            List.of(new Step.Systemctl(Step.UnitVerb.DAEMON_RELOAD, "")),
            List.of(),
            ""));
    declarations.add(
        new Handler(
            RELOAD_NGINX,
            Phase.NGINX_RELOAD,
            List.of(new Step.TestNginx(), new Step.ReloadNginx()),
            List.of(),
            ""));
    boolean sites = !fronts.isEmpty() || apps.stream().anyMatch(App::isVisited);
    if (!settings.logFormats().isEmpty()) {
      logFormats(settings);
    }
    if (sites) {
      declarations.add(
          unit("nginx.service", Role.NEEDED, List.of(RELOAD_NGINX), settings.origin()));
    }
    if (!apps.isEmpty()) {
      units(apps, settings.origin());
      builders(apps.size(), settings.origin());
    }
    if (Stream.concat(apps.stream(), fronts.stream()).anyMatch(App::usesAcme)) {
      acme(settings.origin());
    }
  }

  private void logFormats(HostSettings settings) throws TemplateException {
    List<Map<String, String>> formats =
        settings.logFormats().entrySet().stream()
            .map(format -> Map.of("name", format.getKey(), "text", format.getValue()))
            .toList();
    file(
        "/etc/nginx/conf.d/reconcile-log-formats.conf",
        templates.render(
            "log_formats.conf", Map.of("from", settings.origin().file(), "formats", formats)),
        Role.NGINX_CONF,
        List.of(RELOAD_NGINX),
        settings.origin());
  }

  private void builders(int apps, Origin origin) {
    int together = Math.max(2, Runtime.getRuntime().availableProcessors());
    int most = Math.min(apps, Math.min(together, UserKind.MOST_BUILDERS));
    for (int i = 1; i <= most; i++) {
      declarations.add(
          new Declared(
              UserKind.address(UserKind.BUILDER + i),
              new UserKind.Spec(),
              "",
              Role.BUILDER,
              List.of(),
              origin));
    }
  }

  private void acme(Origin origin) {
    Address certbot = PackageKind.address("certbot");
    if (!declarations.has(certbot)) {
      declarations.add(
          new Declared(certbot, new PackageKind.Spec(), "", Role.PACKAGE, List.of(), origin));
    }
    declarations.add(
        new Declared(
            DirectoryKind.address(CertificatePlan.WEBROOT),
            new DirectoryKind.Spec(FileAttributes.root(0755)),
            "",
            Role.DIRECTORY,
            List.of(),
            origin));
  }

  private void units(List<App> apps, Origin origin) throws TemplateException {
    file(
        SYSTEMD + TARGET,
        templates.render(TARGET, Map.of()),
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD),
        origin);
    declarations.add(
        new Declared(
            LinkKind.address(SYSTEMD + "multi-user.target.wants/" + TARGET),
            new LinkKind.Spec(SYSTEMD + TARGET),
            "",
            Role.ENABLEMENT,
            List.of(Observer.DAEMON_RELOAD),
            origin));
    declarations.add(
        new Handler(
            START_TARGET,
            Phase.TARGET,
            List.of(new Step.Systemctl(Step.UnitVerb.START, TARGET)),
            List.of(),
            ""));
    declarations.add(unit(TARGET, Role.INSTANCE, List.of(START_TARGET), origin));
    for (String template : Layout.ALL_TEMPLATES) {
      template(template, apps, origin);
    }
    if (apps.stream().anyMatch(app -> !app.background().schedules().isEmpty())) {
      schedules(apps, origin);
    }
    socketUser(origin);
    if (!declarations.has(FileKind.address(Layout.LOG_ROTATION))) {
      boolean all = apps.stream().allMatch(app -> app.gunicorn().isPresent());
      file(
          Layout.LOG_ROTATION,
          templates.render("logrotate", Map.of("all", all ? EACH : "", "some", !all)),
          Role.FILE,
          List.of(),
          origin);
    }
  }

  private void template(String template, List<App> apps, Origin origin) throws TemplateException {
    List<String> readers = new ArrayList<>(List.of(Observer.DAEMON_RELOAD));
    for (App app : apps) {
      for (AppProcess process : app.processes()) {
        process.units().stream()
            .filter(unit -> AppProcess.templateOf(unit).equals(template))
            .forEach(unit -> readers.add(AppResources.restartOf(unit)));
      }
    }
    if (readers.size() > 1 || isRequired(template, apps)) {
      file(
          SYSTEMD + template,
          templates.render(template, Map.of()),
          Role.UNIT_FILE,
          readers,
          origin);
    }
  }

  private void schedules(List<App> apps, Origin origin) throws TemplateException {
    List<String> readers = new ArrayList<>(List.of(Observer.DAEMON_RELOAD));
    for (App app : apps) {
      app.background()
          .schedules()
          .forEach(
              schedule -> readers.add(AppResources.restartOf(app.layout().timer(schedule.name()))));
    }
    file(
        SYSTEMD + Layout.TIMER_TEMPLATE,
        templates.render(Layout.TIMER_TEMPLATE, Map.of()),
        Role.UNIT_FILE,
        readers,
        origin);
    file(
        SYSTEMD + Layout.SCHEDULE_TEMPLATE,
        templates.render(Layout.SCHEDULE_TEMPLATE, Map.of()),
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD),
        origin);
  }

  // The template of the web services requires the socket unit, also of a server that needs none.
  private static boolean isRequired(String template, List<App> apps) {
    return template.equals(Layout.SOCKET_TEMPLATE)
        && apps.stream().anyMatch(app -> !app.web().bind().isHeld());
  }

  // This is a drop-in of its own because no restart must follow it: reconcile changes the owner of
  // existing sockets in place, and connections wait in them. A drop-in of an instance with the same
  // name would hide it.
  private void socketUser(Origin origin) throws TemplateException {
    if (!sockets.equals(WebUser.USUAL)) {
      file(
          Layout.dropIns(Layout.SOCKET_TEMPLATE) + "reconcile-user.conf",
          templates.render(
              "socket_user.conf", Map.of("user", sockets.user(), "group", sockets.group())),
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD),
          origin);
    }
  }

  private static Declared unit(String name, Role role, List<String> notifies, Origin origin) {
    return new Declared(
        UnitKind.address(name), new UnitKind.Spec(true), "", role, notifies, origin);
  }

  private void file(String path, String text, Role role, List<String> notifies, Origin origin) {
    declarations.add(
        new Declared(
            FileKind.address(path),
            new FileKind.Spec(Content.of(text), FileAttributes.root(0644)),
            "",
            role,
            notifies,
            origin));
  }
}
