// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.App.Account;
import dev.reconcile.app.App.Code;
import dev.reconcile.app.App.Environment;
import dev.reconcile.app.App.Secret;
import dev.reconcile.app.App.Site;
import dev.reconcile.app.App.Source;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.kind.UserKind;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file of an app. The key {@code defaults} of reconcile.yaml has the same keys. */
public final class AppSection {
  static final Key<Optional<Value>> SOURCE =
      Key.section("source", SourceSection.SCHEMA, "the source of the code")
          .more(
              """
              The app or `defaults` must set it, with exactly one of `git`, `folder` and \
              `path`.\
              """)
          .example("{git: 'git@github.com:me/shop.git', ref: main}");
  static final Key<String> DIRECTORY =
      Key.text(
              "directory",
              TextFormat.ABSOLUTE_PATH,
              Key.OF_APP.code(),
              "the path of the code on the host")
          .more("It cannot be combined with `source.path`.");
  static final Key<String> USER =
      Key.text("user", TextFormat.USER, Layout.WEB_USER, "the user that runs the app")
          .more("The user must exist.");
  static final Key<String> GROUP =
      Key.text("group", TextFormat.USER, "", "the group that runs the app")
          .otherwise("the user's name")
          .more("The group must exist.");
  static final Key<Optional<Value>> VENV =
      Key.section("venv", Schema.orOff(VenvSection.SCHEMA), "the virtualenv, or false for none");
  static final Key<Optional<Value>> DATA =
      Key.section("data", DataSection.SCHEMA, "what the app writes and keeps")
          .otherwise("nothing")
          .more(
              """
              Each entry is a path in the source, an absolute path, or a map. With `source.path`, \
              no entry is a path in the source. See [data](apps.md#data).\
              """)
          .example("[instance, media]");
  static final Key<Optional<Value>> BUILD =
      Key.section("build", BuildSection.SCHEMA, "commands that complete the code before it is used")
          .more(
              """
              They run in a new tree of the code, after the virtualenv, as a system user for \
              builds. What they make belongs to that revision of the code. An empty list means \
              none. It cannot be combined with `source.path`.\
              """)
          .example("python manage.py collectstatic --no-input");
  static final Key<Optional<Value>> GUNICORN =
      Key.section(
          "gunicorn",
          Schema.orOff(GunicornSection.SCHEMA),
          "the settings of gunicorn, or false for no web process");
  static final Key<Optional<Value>> WEB =
      Key.section("web", WebSection.SCHEMA, "a server in place of gunicorn")
          .otherwise("gunicorn")
          .more(
              """
              It replaces `gunicorn`, which may stay in `defaults`. See \
              [any server](apps.md#any-server).\
              """);
  static final Key<Map<String, String>> ENV =
      Key.pairs("env", TextFormat.NAME, TextFormat.VALUE, "environment variables")
          .example("{FLASK_ENV: production}");
  static final Key<Map<String, String>> SECRETS =
      Key.pairs(
              "secrets",
              TextFormat.NAME,
              TextFormat.SECRET_FILE,
              "environment variables, each with the host file that contains its value")
          .more("The file contains the value in one line. reconcile never shows it.")
          .example("{SECRET_KEY: /etc/shop/secret_key}");
  static final Key<Optional<Value>> HEALTH =
      Key.section("health", HealthSection.SCHEMA, "the health check");
  static final Key<Optional<Value>> RELEASE = ReleaseSection.RELEASE;
  static final Key<Optional<Value>> PROCESSES = ProcessesSection.PROCESSES;
  static final Key<Optional<Value>> SCHEDULES = SchedulesSection.SCHEDULES;
  static final Key<Optional<Value>> RESOURCES = ResourcesSection.RESOURCES;
  static final Key<Optional<Value>> SITE =
      Key.section("site", Schema.orOff(SiteSection.SCHEMA), "the nginx site, or false for none")
          .otherwise("a site named NAME");

  /** The schema of the file. */
  public static final Schema.Fields SCHEMA =
      Key.fields(
          "an app",
          SOURCE,
          DIRECTORY,
          USER,
          GROUP,
          VENV,
          DATA,
          BUILD,
          RELEASE,
          GUNICORN,
          WEB,
          ENV,
          SECRETS,
          RESOURCES,
          PROCESSES,
          SCHEDULES,
          HEALTH,
          SITE,
          BalanceSection.BALANCE);

  private final Declarations mistakes;
  private final Optional<Set<String>> logFormats;
  private final Hosts hosts;

  /**
   * @param mistakes receives the mistakes that the schema cannot detect
   * @param logFormats the names of {@code nginx.log_formats}; empty if they are unknown
   * @param hosts the hosts, for what runs only on some
   */
  public AppSection(Declarations mistakes, Optional<Set<String>> logFormats, Hosts hosts) {
    this.mistakes = mistakes;
    this.logFormats = logFormats.map(Set::copyOf);
    this.hosts = hosts;
  }

  /**
   * Returns a placeholder for defaults that cannot be read. It keeps reconcile from reporting keys
   * as missing that the defaults may set.
   *
   * @param origin the file with the defaults
   */
  public static Value.Mapping unknown(Origin origin) {
    return new Value.Mapping(
        List.of(new Value.Entry(SOURCE.name(), origin, new Value.Refused(origin))), origin);
  }

  /**
   * Returns the app of a file and reports every mistake. A value that a mistake leaves unknown is
   * empty or has its default, so an app with a mistake may be used for further checks only.
   *
   * @param name the app's name
   * @param file the app's file
   * @param map the content of the file, merged with the defaults; refused values are marked
   */
  public App decode(String name, Origin file, Value.Mapping map) {
    Table app = new Table(map);
    Source source = new SourceSection(mistakes).decode(app, file);
    refuseBuilders(app);
    boolean existing = source instanceof Source.Existing;
    String directory =
        source instanceof Source.Existing existingSource
            ? withoutSlash(existingSource.path())
            : app.isRefused(DIRECTORY) ? "" : withoutSlash(app.get(DIRECTORY, name));
    List<DataFolder> data =
        app.has(DATA)
            ? new DataSection(mistakes).decode(name, app, directory, existing)
            : List.of();
    StaticPaths paths = new StaticPaths(directory, data);
    boolean isVisited = !app.isOff(SITE) && !app.isRefused(SITE);
    boolean isMounted = isVisited && app.table(SITE).has(SiteSection.MOUNT);
    Optional<MountSection.Wish> mount =
        isMounted
            ? new MountSection(mistakes, logFormats).decode(name, app.table(SITE), paths)
            : Optional.empty();
    Optional<Site> site =
        isVisited && !isMounted
            ? Optional.of(
                new SiteSection(mistakes, logFormats).decode(name, app.table(SITE), paths, file))
            : Optional.empty();
    List<Static> statics =
        site.map(one -> one.parts().files())
            .or(() -> mount.map(MountSection.Wish::statics))
            .orElse(List.of());
    WebServer server = server(name, file, app, existing);
    new EnvironmentChecks(mistakes).check(app, server);
    String user = app.get(USER);
    ProcessLimits limits = new ResourcesSection(mistakes).decode(app, ProcessLimits.NONE);
    Origin ofUser = app.has(USER) ? app.origin(USER) : file;
    return new App(
        name,
        file,
        new Code(
            source,
            directory,
            new VenvSection(mistakes).decode(name, app, server),
            new BuildSection(mistakes).decode(app, source)),
        app.has(GROUP)
            ? new Account(user, app.get(GROUP), ofUser, app.origin(GROUP))
            : new Account(user, user, ofUser, ofUser),
        new Environment(app.get(ENV), secrets(app)),
        server,
        new HealthSection(mistakes).decode(app.table(HEALTH)),
        site,
        StaticPaths.served(data, statics),
        new ReleaseSection(mistakes).decode(app, source),
        new App.Background(
            new ProcessesSection(mistakes, hosts).decode(app, limits),
            new SchedulesSection(mistakes, hosts).decode(app, limits)),
        limits,
        new App.Mounts(mount, List.of()));
  }

  private WebServer server(String name, Origin file, Table app, boolean existing) {
    WebSection web = new WebSection(mistakes);
    if (web.counts(app, file)) {
      return web.decode(app);
    }
    if (!app.isOff(GUNICORN)) {
      return new GunicornSection(mistakes).decode(name, app.table(GUNICORN), existing);
    }
    if (!app.isOff(SITE) && !app.isRefused(SITE)) {
      mistakes.error(
          app.has(SITE) ? app.origin(SITE) : app.origin(GUNICORN),
          "Site without a server",
          "With \"gunicorn: false\", nothing answers the requests of a site. Add \"site: false\".");
    }
    if (!app.has(PROCESSES) && !app.has(SCHEDULES)) {
      mistakes.error(
          app.origin(GUNICORN),
          "App without a process",
          "With \"gunicorn: false\", the app runs nothing. Add processes or schedules.");
    }
    return new NoServer();
  }

  // A process that runs as a build user could change the output of a build.
  private void refuseBuilders(Table app) {
    for (Key<String> key : List.of(USER, GROUP)) {
      if (UserKind.isBuilder(app.get(key))) {
        mistakes.error(
            app.origin(key),
            "User reserved for builds",
            "%s is reserved for builds, and nothing else may run as it. Name another."
                .formatted(app.get(key)));
      }
    }
  }

  /** Returns a path without a slash at its end. */
  static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static Map<String, Secret> secrets(Table app) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    for (Value.Entry entry : app.table(SECRETS).map().entries()) {
      Table.textOf(entry.value())
          .ifPresent(path -> secrets.put(entry.key(), new Secret(path, entry.value().origin())));
    }
    return secrets;
  }
}
