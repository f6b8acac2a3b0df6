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
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Role;
import dev.reconcile.web.WebUser;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which resources an app becomes. The app's name and address are one value each here, so the unit,
 * the settings and the site cannot disagree.
 */
public final class AppResources {
  /** Where source trees are kept; traversable for everyone, because apps run from it. */
  public static final String CHECKOUTS = "/var/lib/reconcile/checkouts";

  static final String SETTINGS = "/etc/gunicorn/";

  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;
  private final Sources sources;
  private final Set<String> insisted;
  private final Map<App, String> ownSites = new LinkedHashMap<>();
  private final List<App> all;
  private final WebUser sockets;

  /**
   * @param declarations where the resources go
   * @param templates the texts of units and sites
   * @param facts what texts depend on: nginx's version, the interpreter
   * @param sources where code comes from
   * @param insisted apps for which what was just refused is tried again
   * @param all all apps of the host
   * @param sockets whom the sockets of apps belong to
   */
  public AppResources(
      Declarations declarations,
      Templates templates,
      Facts facts,
      Sources sources,
      Set<String> insisted,
      List<App> all,
      WebUser sockets) {
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
    this.sources = sources;
    this.insisted = Set.copyOf(insisted);
    this.all = List.copyOf(all);
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

  /**
   * Declares all of {@code app}.
   *
   * @return false if its code cannot be known now, and nothing was declared
   */
  public boolean declare(App app) throws HostException, TemplateException {
    var resolved = sources.resolve(app);
    if (resolved.isEmpty()) {
      return false;
    }
    VenvKind.Spec venv = new VenvPlan(facts, declarations, all).spec(app, resolved.get());
    String home =
        app.source() instanceof App.Source.Existing
            ? app.directory()
            : CHECKOUTS + "/" + app.name() + "/" + resolved.get().revision();
    AppSettings.Texts settings = new AppSettings(declarations, templates, facts).texts(app);
    new GunicornConf(app, declarations).check(resolved.get());
    SiteResources site = new SiteResources(app, declarations, templates, facts, insisted);
    new AppHandlers(declarations).declare(app, home, venv.home(), settings.all(), site::text);
    directories(app);
    checkout(app, resolved.get());
    declarations.add(
        new Declared(
            new Address("venv", app.venv().directory()),
            venv,
            app.name(),
            Role.VENV,
            List.of(restartOf(app.service())),
            app.venv().origin()));
    settings(app, settings);
    units(app, venv.interpreter());
    site.declare();
    site.ownText().ifPresent(text -> ownSites.put(app, text));
    return true;
  }

  // Logs elsewhere are not ours to arrange; Preflight sees to it that their folder is there.
  private void directories(App app) {
    String folder = DirectoryKind.LOGS + app.name();
    List<String> logs =
        Stream.of(app.gunicorn().accessLog(), app.gunicorn().errorLog())
            .filter(log -> log.startsWith(folder + "/"))
            .distinct()
            .toList();
    if (logs.isEmpty()) {
      return;
    }
    Attributes owner = new Attributes(app.user(), app.group(), DirectoryKind.LOGS_MODE);
    add(
        app,
        new Address("directory", folder),
        new DirectoryKind.Spec(owner),
        Role.DIRECTORY,
        List.of());
    for (String log : logs) {
      add(app, new Address("log", log), new LogKind.Spec(owner), Role.DIRECTORY, List.of());
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
        new Address("checkout", app.directory()),
        new CheckoutKind.Spec(
            source,
            code.revision(),
            CHECKOUTS + "/" + app.name(),
            code.tree(),
            insisted.contains(app.name()) ? "" : app.service()),
        Role.CHECKOUT,
        List.of(restartOf(app.service())));
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
          new Address("source", path),
          new SourceKind.Spec(links.toString()),
          Role.CHECKOUT,
          List.of(restartOf(app.service())));
    }
  }

  private void settings(App app, AppSettings.Texts texts) {
    List<String> restart = List.of(restartOf(app.service()));
    add(
        app,
        new Address("file", SETTINGS + app.name() + ".env"),
        new FileKind.Spec(texts.settings(), Attributes.root(0640)),
        Role.FILE,
        restart);
    if (texts.secrets().isPresent()) {
      add(
          app,
          new Address("file", SETTINGS + app.name() + ".secrets.env"),
          new FileKind.Spec(texts.secrets().get(), Attributes.root(0600)),
          Role.FILE,
          restart);
    }
  }

  private void units(App app, String interpreter) throws TemplateException {
    String service = app.service();
    add(
        app,
        new Address("link", Ground.SYSTEMD + "gunicorn.target.wants/" + service),
        new LinkKind.Spec(Ground.SYSTEMD + Ground.SERVICE_TEMPLATE),
        Role.ENABLEMENT,
        List.of(Observer.DAEMON_RELOAD));
    dropIn(app, interpreter);
    socketDropIn(app);
    add(
        app,
        new Address("socket", app.socketUnit()),
        new SocketKind.Spec(
            app.address(),
            new Attributes(sockets.user(), sockets.group(), 0660),
            SocketKind.LISTENING),
        Role.SOCKET,
        List.of(restartOf(app.socketUnit())));
    add(
        app,
        new Address("unit", service),
        new UnitKind.Spec(true),
        Role.INSTANCE,
        List.of(restartOf(service)));
  }

  // An instance that is like the template says needs no drop-in.
  private void dropIn(App app, String interpreter) throws TemplateException {
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("user", unless("www-data", app.user()));
    values.put("group", unless("www-data", app.group()));
    values.put("directory", unless("/usr/share/nginx/" + app.name(), app.directory()));
    boolean home =
        Stream.of(app.directory(), app.venv().directory(), app.venv().python(), interpreter)
            .anyMatch(AppResources::isAtHome);
    values.put("home", home ? "no" : "");
    values.put("stop_timeout", app.gunicorn().stopTimeout());
    values.put("venv", unless("/opt/py_envs/" + app.name(), app.venv().directory()));
    boolean special =
        values.entrySet().stream()
            .anyMatch(value -> !value.getKey().equals("from") && !value.getValue().equals(""));
    if (special) {
      file(
          app,
          Ground.SYSTEMD + app.service() + ".d/reconcile.conf",
          templates.render("instance.conf", values),
          0644,
          Role.UNIT_FILE,
          List.of(Observer.DAEMON_RELOAD, restartOf(app.service())));
    }
  }

  // the template hides home directories; an app that was put there must see its own
  private static boolean isAtHome(String path) {
    return path.startsWith("/home/") || path.startsWith("/root/");
  }

  // The template listens at the usual place; any other is a drop-in's.
  private void socketDropIn(App app) throws TemplateException {
    if (app.needsNumber()) {
      String address = app.address();
      String listen = address.startsWith("unix:") ? address.substring("unix:".length()) : address;
      file(
          app,
          Ground.SYSTEMD + app.socketUnit() + ".d/reconcile.conf",
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
        new Address("file", path),
        new FileKind.Spec(Content.of(text), Attributes.root(mode)),
        role,
        notifies);
  }

  private void add(App app, Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}
