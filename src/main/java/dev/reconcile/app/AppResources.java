package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.LogKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.SocketKind;
import dev.reconcile.kind.SourceKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Role;
import dev.reconcile.web.WebUser;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which resources an app becomes. The app's name and address are one value each here, so the unit,
 * the settings and the site cannot disagree.
 */
public final class AppResources {
  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;
  private final Sources sources;
  private final Set<String> insisted;
  private final Map<App, String> ownSites = new LinkedHashMap<>();
  private final List<App> all;
  private final Ports ports;
  private final WebUser sockets;

  /**
   * @param declarations where the resources go
   * @param templates the texts of units and sites
   * @param facts what texts depend on: nginx's version, the interpreter
   * @param sources where code comes from
   * @param insisted apps for which what was just refused is tried again
   * @param all all apps of the host
   * @param ports the ports of the apps
   * @param sockets whom the sockets of apps belong to
   */
  public AppResources(
      Declarations declarations,
      Templates templates,
      Facts facts,
      Sources sources,
      Set<String> insisted,
      List<App> all,
      Ports ports,
      WebUser sockets) {
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
    this.sources = sources;
    this.insisted = Set.copyOf(insisted);
    this.all = List.copyOf(all);
    this.ports = ports;
    this.sockets = sockets;
  }

  /** The texts of sites that have a template of their own, of the apps that were declared. */
  Map<App, String> ownSites() {
    return ownSites;
  }

  /** The handler that restarts a unit. */
  public static String restartOf(String unit) {
    return "restart " + unit;
  }

  /** The handlers that restart all that runs of an app. */
  private static List<String> restarts(App app) {
    return app.processes().stream().map(process -> restartOf(process.unit())).toList();
  }

  /**
   * Declares all of {@code app}.
   *
   * @return false if its code cannot be known now; then only its site was declared, which tells
   *     which names it takes
   */
  public boolean declare(App app) throws HostException, TemplateException {
    var resolved = sources.resolve(app);
    String address = ports.address(app);
    SiteResources site = new SiteResources(app, address, declarations, templates, facts, insisted);
    if (resolved.isEmpty()) {
      declare(app, site);
      return false;
    }
    VenvKind.Spec venv = new VenvPlan(facts, declarations, all).spec(app, resolved.get());
    String home =
        app.source() instanceof App.Source.Existing
            ? app.directory()
            : app.layout().checkouts() + "/" + resolved.get().revision();
    AppSettings.Texts settings =
        new AppSettings(declarations, templates, facts).texts(app, address);
    new GunicornConf(app, declarations).check(resolved.get());
    new AppHandlers(declarations, address)
        .declare(app, home, venv.home(), settings.all(), site::text);
    directories(app);
    checkout(app, resolved.get());
    declarations.add(
        new Declared(
            VenvKind.address(app.venv().directory()),
            venv,
            app.name(),
            Role.VENV,
            restarts(app),
            app.venv().origin()));
    settings(app, settings);
    for (AppProcess process : app.processes()) {
      units(process, venv.interpreter());
    }
    declare(app, site);
    return true;
  }

  private void declare(App app, SiteResources site) throws HostException, TemplateException {
    site.declare();
    Optional<String> text = site.ownText();
    text.ifPresent(own -> ownSites.put(app, own));
  }

  // Logs elsewhere are not ours to arrange; Preflight sees to it that their folder is there.
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
    FileAttributes owner = new FileAttributes(app.user(), app.group(), 0750);
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

  private void checkout(App app, Sources.Resolved code) throws HostException {
    if (app.source() instanceof App.Source.Existing) {
      linkedSource(app);
      return;
    }
    String source =
        switch (app.source()) {
          case App.Source.Git git -> Diagnostic.masked(git.url());
          case App.Source.Folder folder -> "folder " + folder.folder();
          case App.Source.Existing existing -> existing.path();
        };
    add(
        app,
        CheckoutKind.address(app.directory()),
        new CheckoutKind.Spec(
            source,
            code.revision(),
            app.layout().checkouts(),
            code.tree(),
            insisted.contains(app.name()) ? "" : app.service()),
        Role.CHECKOUT,
        restarts(app));
  }

  private void linkedSource(App app) throws HostException {
    StringBuilder links = new StringBuilder();
    String path = app.directory();
    for (int end = path.indexOf('/', 1); end != 0; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      if (facts.stat(part).stream().anyMatch(stat -> stat.type() == Stat.Type.LINK)) {
        links.append(part).append(" -> ").append(facts.readLink(part)).append('\n');
      }
      if (end < 0) {
        break;
      }
    }
    if (!links.isEmpty()) {
      add(
          app,
          SourceKind.address(path),
          new SourceKind.Spec(links.toString()),
          Role.CHECKOUT,
          restarts(app));
    }
  }

  private void settings(App app, AppSettings.Texts texts) {
    List<String> restart = restarts(app);
    add(
        app,
        FileKind.address(app.layout().environment()),
        new FileKind.Spec(texts.settings(), FileAttributes.root(0640)),
        Role.FILE,
        restart);
    if (texts.secrets().isPresent()) {
      add(
          app,
          FileKind.address(app.layout().secrets()),
          new FileKind.Spec(texts.secrets().get(), FileAttributes.root(0600)),
          Role.FILE,
          restart);
    }
  }

  private void units(AppProcess process, String interpreter) throws TemplateException {
    App app = process.app();
    String service = process.unit();
    add(
        app,
        LinkKind.address(Layout.enablement(service)),
        new LinkKind.Spec(Layout.UNIT_FILES + "/" + AppProcess.templateOf(service)),
        Role.ENABLEMENT,
        List.of(Observer.DAEMON_RELOAD));
    dropIn(process, interpreter);
    if (process.socketUnit().isPresent()) {
      socket(app, process.socketUnit().get(), process.address(ports));
    }
    add(
        app,
        UnitKind.address(service),
        new UnitKind.Spec(true),
        Role.INSTANCE,
        List.of(restartOf(service)));
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
        List.of(restartOf(unit)));
  }

  // An instance that is like the template says needs no drop-in.
  private void dropIn(AppProcess process, String interpreter) throws TemplateException {
    App app = process.app();
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("user", unless(Layout.WEB_USER, app.user()));
    values.put("group", unless(Layout.WEB_USER, app.group()));
    values.put("directory", unless(app.layout().code(), app.directory()));
    boolean home =
        Stream.of(app.directory(), app.venv().directory(), app.venv().python(), interpreter)
            .anyMatch(AppResources::isAtHome);
    values.put("home", home ? "no" : "");
    values.put("stop_timeout", process.stopTimeout());
    process.command().ifPresent(command -> values.put("command", command));
    values.put("venv", unless(app.layout().venv(), app.venv().directory()));
    boolean special =
        values.entrySet().stream()
            .anyMatch(value -> !value.getKey().equals("from") && !value.getValue().equals(""));
    if (special) {
      file(
          app,
          Layout.dropIns(process.unit()) + "reconcile.conf",
          templates.render("instance.conf", values),
          0644,
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD, restartOf(process.unit())));
    }
  }

  // the template hides home directories; an app that was put there must see its own
  private static boolean isAtHome(String path) {
    return path.startsWith("/home/") || path.startsWith("/root/");
  }

  // The template listens at the usual place; any other is a drop-in's.
  private void socketDropIn(App app) throws TemplateException {
    if (app.needsNumber()) {
      String address = ports.address(app);
      String listen = address.startsWith("unix:") ? address.substring("unix:".length()) : address;
      file(
          app,
          Layout.dropIns(app.socketUnit()) + "reconcile.conf",
          templates.render("socket.conf", Map.of("from", app.origin().file(), "listen", listen)),
          0644,
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD, restartOf(app.socketUnit())));
    }
  }

  private static String unless(String usual, String value) {
    return value.equals(usual) ? "" : value;
  }

  /** A site's text, for the address that its requests go to. */
  interface SiteText {
    /** The text with {@code address} as the upstream. */
    String apply(String address) throws HostException, TemplateException;
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
