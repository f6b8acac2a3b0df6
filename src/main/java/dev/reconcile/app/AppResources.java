// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LogKind;
import dev.reconcile.kind.SourceKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Release;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.web.WebUser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The resources of an app. The app's name and address are one value each here, so the unit, the
 * settings and the site cannot disagree.
 */
public final class AppResources {
  private static final VenvKind.Spec NO_VENV =
      new VenvKind.Spec("", "", "", "", Step.VenvRecipe.NONE);

  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;
  private final Sources sources;
  private final ByHand wishes;
  private final HostListening listening;
  private final ClosedToBuilds closed;
  private final Ports ports;
  private final WebUser sockets;

  /**
   * @param declarations receives the resources
   * @param templates the texts of units and sites
   * @param facts the facts that texts depend on: nginx's version, the interpreter
   * @param sources resolves where code comes from
   * @param wishes what a person wants of apps beside the desired state
   * @param all all apps of the host
   * @param ports the ports of the apps
   * @param sockets the owner of the sockets of apps
   * @param listening what sites can listen on
   */
  AppResources(
      Declarations declarations,
      Templates templates,
      Facts facts,
      Sources sources,
      ByHand wishes,
      List<App> all,
      Ports ports,
      WebUser sockets,
      HostListening listening) {
    this.listening = listening;
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
    this.sources = sources;
    this.wishes = wishes;
    this.closed = new ClosedToBuilds(all, facts);
    this.ports = ports;
    this.sockets = sockets;
  }

  /** Returns the id of the handler that restarts a unit. */
  public static String restartOf(String unit) {
    return "restart " + unit;
  }

  /** Returns the handlers that restart all processes of an app. */
  private static List<String> restarts(App app) {
    return app.processes().stream().map(process -> restartOf(process.unit())).toList();
  }

  /**
   * Declares all resources of {@code app}.
   *
   * @return false if its code cannot be known now; then only its site was declared, which claims
   *     its names
   */
  public boolean declare(App app) throws HostException, TemplateException {
    var resolved = sources.resolve(app);
    if (resolved.isEmpty()) {
      site(app).declare();
      return false;
    }
    App known = app.withSettings(settings(app, resolved.get()));
    App whole =
        new VenvPlan(facts, declarations, closed).isNeeded(known, resolved.get())
            ? known
            : known.withoutVenv();
    SiteResources site = site(whole);
    declare(whole, resolved.get(), site);
    site.declare();
    return true;
  }

  /** Declares the site of an app that runs on other hosts. */
  void declareFront(App app) throws HostException, TemplateException {
    site(app).declare();
  }

  // The constants of gunicorn's own settings file.
  private Map<String, String> settings(App app, Sources.Resolved code) throws HostException {
    if (app.gunicorn().isEmpty()) {
      return Map.of();
    }
    Gunicorn server = app.gunicorn().get();
    GunicornConf configuration = new GunicornConf(app, server, declarations, facts);
    Map<String, String> numbers = configuration.check(code);
    new WsgiAppCheck(app, server, declarations, code)
        .check(configuration.settings(), configuration.content());
    return numbers;
  }

  private SiteResources site(App app) throws HostException {
    return new SiteResources(
        app, ports.address(app), declarations, templates, facts, wishes, listening);
  }

  private void declare(App app, Sources.Resolved code, SiteResources site)
      throws HostException, TemplateException {
    String address = ports.address(app);
    VenvKind.Spec venv =
        app.venv().isOff() ? NO_VENV : new VenvPlan(facts, declarations, closed).spec(app, code);
    Optional<CheckoutKind.Spec> checkout = checkout(app, code, venv);
    String home = checkout.map(CheckoutKind.Spec::home).orElse(app.directory());
    AppSettings.Texts settings =
        new AppSettings(declarations, templates, facts).texts(app, address);
    Step.StandbyInstance standby = standby(app, address, home, venv.home(), settings.all());
    Optional<Release> release =
        ReleasePlan.of(
            app,
            code.contentName(),
            home,
            settings,
            standby.sandbox(),
            venv.home(),
            restarts(app),
            facts);
    new AppHandlers(declarations, ports, standby, site::texts, release).declare(app);
    directories(app);
    if (!app.data().isEmpty()) {
      new AppData(app, declarations, WebUser.of(facts)).declare(code);
    }
    declareSource(app, checkout);
    if (!app.venv().isOff()) {
      declarations.add(
          new Declared(
              VenvKind.address(app.venv().directory()),
              venv,
              app.name(),
              Role.VENV,
              restarts(app),
              app.venv().origin()));
    }
    settings(app, settings);
    AppUnits units = new AppUnits(declarations, templates, ports, sockets);
    Optional<String> linked =
        app.source() instanceof App.Source.Existing
            ? facts.follow(app.directory()).target()
            : Optional.empty();
    List<String> paths = List.of(venv.interpreter(), linked.orElse(""));
    for (AppProcess process : app.processes()) {
      units.declare(process, paths);
    }
    units.declareEnvironments(app);
    if (!app.background().schedules().isEmpty()) {
      new ScheduleUnits(declarations, templates, units).declare(app, home, venv.home(), paths);
    }
    new UnitConflicts(facts, declarations).declare(app);
  }

  private Step.StandbyInstance standby(
      App app, String address, String home, String venv, List<Content> environment)
      throws HostException {
    for (int port : ports.standbyPorts(app)) {
      Step.StandbyInstance standby =
          AppHandlers.standby(
              app, address, home, venv, environment, app.listener(port, sockets.group()));
      // one that a killed run left holds its own port
      if (port == 0
          || facts.listenerOn(port).isEmpty()
          || facts.stat(Layout.RUNTIME_UNITS + "/" + standby.service()).isPresent()) {
        return standby;
      }
    }
    declarations.fault(
        app.name(),
        app.origin(),
        "No port for a rehearsal",
        """
        A new revision of %s is tried on another port, and the pool of ports has none that is \
        free. Give the pool a larger range (allocation.ports).\
        """
            .formatted(app.name()));
    return AppHandlers.standby(
        app, address, home, venv, environment, app.listener(0, sockets.group()));
  }

  // reconcile does not manage logs in other directories; Preflight checks that their directory
  // exists.
  private void directories(App app) {
    String folder = app.layout().logs();
    List<String> logs =
        app.processes().stream()
            .flatMap(process -> process.logs().stream())
            .filter(log -> log.startsWith(folder + "/"))
            .distinct()
            .toList();
    if (logs.isEmpty()) {
      return;
    }
    FileAttributes owner = new FileAttributes(app.user(), app.group(), DirectoryKind.LOGS_MODE);
    add(
        app,
        DirectoryKind.address(folder),
        new DirectoryKind.Spec(owner),
        Role.DIRECTORY,
        List.of());
    for (String log : logs) {
      add(app, LogKind.address(log), new LogKind.Spec(owner), Role.DIRECTORY, List.of());
    }
  }

  private void declareSource(App app, Optional<CheckoutKind.Spec> checkout) throws HostException {
    if (checkout.isEmpty()) {
      linkedSource(app);
      return;
    }
    add(app, CheckoutKind.address(app.directory()), checkout.get(), Role.CHECKOUT, restarts(app));
  }

  // Empty for code that reconcile does not manage.
  private Optional<CheckoutKind.Spec> checkout(App app, Sources.Resolved code, VenvKind.Spec venv)
      throws HostException {
    String source =
        switch (app.source()) {
          case App.Source.Git git ->
              Diagnostic.masked(git.url())
                  + (git.folder().isEmpty() ? "" : " folder " + git.folder());
          case App.Source.Folder folder -> "folder " + folder.folder();
          case App.Source.Existing _ -> "";
        };
    return source.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CheckoutKind.Spec(
                source,
                code.revision(),
                app.layout().checkouts(),
                code.tree(),
                wishes.forceRetry().contains(app.name()) ? "" : app.service(),
                AppData.links(app, DataFolder.Where.SOURCE),
                build(app, venv)));
  }

  // Nothing runs below a directory that is no system.
  private BuildRecipe build(App app, VenvKind.Spec venv) throws HostException {
    return facts.live() ? new BuildPlan(closed).recipe(app, venv) : BuildRecipe.NONE;
  }

  private void linkedSource(App app) throws HostException {
    String links = facts.follow(app.directory()).linksText();
    if (!links.isEmpty()) {
      add(app, source(app), new SourceKind.Spec(links), Role.CHECKOUT, restarts(app));
    }
  }

  // Several apps may run from one release.
  private Address source(App app) {
    Address address = SourceKind.address(app.directory());
    return declarations.has(address)
        ? SourceKind.address(app.directory() + "//" + app.name())
        : address;
  }

  private void settings(App app, AppSettings.Texts texts) {
    List<String> restart = restarts(app);
    add(
        app,
        FileKind.address(app.layout().environment()),
        new FileKind.Spec(texts.settings(), FileAttributes.root(0640)),
        Role.SETTINGS,
        restart);
    if (texts.secrets().isPresent()) {
      add(
          app,
          FileKind.address(app.layout().secrets()),
          new FileKind.Spec(texts.secrets().get(), FileAttributes.root(0600)),
          Role.SETTINGS,
          restart);
    }
  }

  /** The texts of nginx's files of an app as a function of the address that requests go to. */
  interface SiteTexts {
    /** Returns the texts with {@code address} as the upstream, by path. */
    SortedMap<String, String> apply(String address) throws HostException, TemplateException;
  }

  private void add(App app, Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}
