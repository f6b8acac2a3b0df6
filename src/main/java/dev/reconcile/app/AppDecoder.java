package dev.reconcile.app;

import dev.reconcile.app.App.AccessLog;
import dev.reconcile.app.App.Bind;
import dev.reconcile.app.App.Gunicorn;
import dev.reconcile.app.App.Health;
import dev.reconcile.app.App.Redirect;
import dev.reconcile.app.App.Secret;
import dev.reconcile.app.App.Site;
import dev.reconcile.app.App.Source;
import dev.reconcile.app.App.Tls;
import dev.reconcile.app.App.Venv;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an app from a map that has {@link AppShape#APP}, defaults already merged in. */
public final class AppDecoder {
  private static final Set<String> LOG_FORMATS_OF_NGINX = Set.of("combined");

  private final Declarations mistakes;
  private final Set<String> logFormats;

  /**
   * @param mistakes where mistakes that the shape cannot see are reported
   * @param logFormats the names of {@code nginx.log_formats}
   */
  public AppDecoder(Declarations mistakes, Set<String> logFormats) {
    this.mistakes = mistakes;
    this.logFormats = Set.copyOf(logFormats);
  }

  /** The app, or nothing if a mistake leaves it without meaning. */
  public Optional<App> decode(String name, Origin file, Value.Mapping map) {
    Table app = new Table(map);
    Optional<Source> source = source(app, file);
    Optional<Health> health = health(app.table("health"));
    new ReservedVariables(mistakes).check(app);
    boolean off = app.isOff("site");
    Optional<Site> site = off ? Optional.empty() : site(name, app.table("site"), file);
    if (source.isEmpty() || health.isEmpty() || (site.isEmpty() && !off)) {
      return Optional.empty();
    }
    String directory =
        source.get() instanceof Source.Existing existing
            ? withoutSlash(existing.path())
            : withoutSlash(app.text("directory", "/usr/share/nginx/" + name));
    return Optional.of(
        new App(
            name,
            file,
            source.get(),
            directory,
            app.text("user", "www-data"),
            app.text("group", app.text("user", "www-data")),
            venv(name, app.table("venv")),
            gunicorn(name, app.table("gunicorn")),
            app.pairs("env"),
            secrets(app),
            health.get(),
            site));
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private Optional<Source> source(Table app, Origin file) {
    Table source = app.table("source");
    List<String> given = List.of("git", "folder", "path").stream().filter(source::has).toList();
    if (given.size() != 1) {
      mistakes.error(
          app.has("source") ? source.origin() : file,
          "An app needs one source",
          given.isEmpty()
              ? "Say where its code comes from: source: {git: URL, ref: main}, or source: {folder:"
                  + " FOLDER} for a folder of this repo, or source: {path: /DIR} for what is"
                  + " already on the host."
              : "Only one of " + String.join(", ", given) + " can be the source.");
      return Optional.empty();
    }
    if (source.has("ref") && !source.has("git")) {
      mistakes.error(
          source.origin("ref"),
          "A ref needs a git URL",
          "Only a source with \"git\" has a \"ref\"; a folder has the revision of this repo.");
    }
    if (source.has("path") && app.has("directory")) {
      mistakes.error(
          app.origin("directory"),
          "A path is already a directory",
          "With source: {path: …} the app runs from that path; leave \"directory\" out.");
    }
    Origin origin = source.origin(given.getFirst());
    String text = source.text(given.getFirst(), "");
    return Optional.of(
        switch (given.getFirst()) {
          case "git" -> new Source.Git(text, source.text("ref", ""), origin);
          case "folder" -> new Source.Folder(text, origin);
          default -> new Source.Existing(text, origin);
        });
  }

  private static Venv venv(String name, Table venv) {
    return new Venv(
        withoutSlash(venv.text("directory", "/opt/py_envs/" + name)),
        venv.text("python", "python3"),
        venv.text("requirements", "requirements.txt"),
        venv.has("requirements"),
        venv.origin("requirements"));
  }

  private Gunicorn gunicorn(String name, Table gunicorn) {
    String logs = "/var/log/gunicorn/" + name;
    Map<String, String> options = new LinkedHashMap<>();
    for (Value.Entry entry : gunicorn.table("options").map().entries()) {
      GunicornSettings.owner(entry.key())
          .ifPresent(key ->
              mistakes.error(
                  entry.keyOrigin(),
                  "This setting has a key of its own",
                  "\"" + entry.key() + "\" is set through " + key + "."));
      Table.textOf(entry.value()).ifPresent(text -> options.put(entry.key(), text));
    }
    return new Gunicorn(
        gunicorn.text("app", "main:app"),
        gunicorn.whole("workers", 2),
        bind(gunicorn.text("bind", "socket")),
        0,
        gunicorn.isOff("access_log") ? "" : gunicorn.text("access_log", logs + "/access.log"),
        gunicorn.isOff("error_log") ? "" : gunicorn.text("error_log", logs + "/error.log"),
        options);
  }

  private static Bind bind(String word) {
    return switch (word) {
      case "port" -> Bind.PORT;
      case "socket-suffix" -> Bind.SOCKET_SUFFIX;
      default -> Bind.SOCKET;
    };
  }

  private static Map<String, Secret> secrets(Table app) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    for (Value.Entry entry : app.table("secrets").map().entries()) {
      Table.textOf(entry.value())
          .ifPresent(path -> secrets.put(entry.key(), new Secret(path, entry.value().origin())));
    }
    return secrets;
  }

  private Optional<Health> health(Table health) {
    String status = health.text("status", "200-399");
    int dash = status.indexOf('-');
    int least = Integer.parseInt(dash < 0 ? status : status.substring(0, dash));
    int most = Integer.parseInt(dash < 0 ? status : status.substring(dash + 1));
    if (least > most) {
      mistakes.error(
          health.origin("status"),
          "A range runs backwards",
          status + " has its larger number first; write " + most + "-" + least + ".");
      return Optional.empty();
    }
    return Optional.of(
        new Health(health.text("path", "/"), least, most, duration(health.text("timeout", "10s"))));
  }

  /** A time as {@link dev.reconcile.model.Rule#DURATION} allows it. */
  public static Duration duration(String text) {
    int unit = 0;
    while (unit < text.length() && Character.isDigit(text.charAt(unit))) {
      unit++;
    }
    long number = Long.parseLong(text.substring(0, unit));
    return switch (text.substring(unit)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private Optional<Site> site(String name, Table site, Origin file) {
    List<String> names = site.texts("server_name");
    Optional<Tls> tls = new TlsDecoder(mistakes).decode(name, site);
    if (tls.isEmpty()
        && (site.has("tls") || (site.has("redirect_http") && !site.isOff("redirect_http")))) {
      mistakes.error(
          site.origin(site.has("tls") ? "tls" : "redirect_http"),
          "A certificate is missing",
          site.has("tls")
              ? "tls needs both \"certificate\" and \"key\", as paths on the host; or"
                  + " acme: {email: …}; or the word self-signed."
              : "redirect_http sends browsers to https, which needs tls: {certificate: …, key:"
                  + " …}.");
      return Optional.empty();
    }
    if (site.pairs("static").containsKey("/")) {
      mistakes.error(
          site.origin("static"),
          "A prefix belongs to the app",
          "\"/\" goes to the app itself; give the files a longer prefix, such as /static/.");
    }
    return Optional.of(
        new Site(
            names.isEmpty() ? List.of(name) : names,
            redirect(site, tls),
            tls,
            site.text("client_max_body_size", ""),
            site.text("keepalive_timeout", ""),
            site.texts("methods"),
            site.text("root", ""),
            accessLogs(site),
            site.text("error_log", ""),
            site.pairs("static"),
            site.text("extra", ""),
            site.text("template", Templates.SITE),
            site.map().entries().isEmpty() ? file : site.origin()));
  }

  private Optional<Redirect> redirect(Table site, Optional<Tls> tls) {
    if (tls.isEmpty() || site.isOff("redirect_http")) {
      return Optional.empty();
    }
    Table redirect = site.table("redirect_http");
    int status = redirect.whole("status", 301);
    if (status > 303 && status < 307) {
      mistakes.error(
          redirect.origin("status"),
          "Not a redirect",
          status + " is not a status that redirects; use 301, 302, 303, 307 or 308.");
    }
    return Optional.of(new Redirect(redirect.text("to", "https://$host$request_uri"), status));
  }

  private List<AccessLog> accessLogs(Table site) {
    List<AccessLog> logs = new ArrayList<>();
    if (site.isOff("access_log")) {
      return List.of(new AccessLog("off", ""));
    }
    for (Value item : site.items("access_log")) {
      Table log = Table.of(item);
      String path = Table.textOf(item).orElse(log.text("path", ""));
      String format = log.text("format", "");
      if (path.isEmpty()) {
        mistakes.error(item.origin(), "A log needs a path", "Add path: /var/log/nginx/….log.");
      }
      if (!format.isEmpty()
          && !logFormats.contains(format)
          && !LOG_FORMATS_OF_NGINX.contains(format)) {
        mistakes.error(
            log.origin("format"),
            "Unknown log format",
            "\""
                + format
                + "\" is not among nginx.log_formats of reconcile.yaml."
                + Suggestion.sentence(format, logFormats));
      }
      logs.add(new AccessLog(path, format));
    }
    return logs;
  }
}
