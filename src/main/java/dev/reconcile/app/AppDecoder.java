package dev.reconcile.app;

import dev.reconcile.app.App.Gunicorn;
import dev.reconcile.app.App.Health;
import dev.reconcile.app.App.Secret;
import dev.reconcile.app.App.Site;
import dev.reconcile.app.App.Source;
import dev.reconcile.app.App.Venv;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.kind.UserKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an app from a map that has {@link AppShape#APP}, defaults already merged in. */
public final class AppDecoder {
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
    boolean off = app.isOff("site");
    if (source.isEmpty() || health.isEmpty()) {
      return Optional.empty();
    }
    refuseBuilders(app);
    String directory =
        source.get() instanceof Source.Existing existing
            ? withoutSlash(existing.path())
            : withoutSlash(app.text("directory", new Layout(name).code()));
    Optional<Site> site =
        off
            ? Optional.empty()
            : new SiteDecoder(mistakes, logFormats)
                .decode(name, app.table("site"), directory, file);
    if (site.isEmpty() && !off) {
      return Optional.empty();
    }
    boolean existing = source.get() instanceof Source.Existing;
    Gunicorn gunicorn = new GunicornDecoder(mistakes).decode(name, app.table("gunicorn"), existing);
    new EnvironmentChecks(mistakes).check(app);
    return Optional.of(
        new App(
            name,
            file,
            source.get(),
            directory,
            app.text("user", Layout.WEB_USER),
            app.text("group", app.text("user", Layout.WEB_USER)),
            venv(name, app.table("venv")),
            gunicorn,
            app.pairs("env"),
            secrets(app),
            health.get(),
            site));
  }

  // who could run as one of them could change what a build makes
  private void refuseBuilders(Table app) {
    for (String key : List.of("user", "group")) {
      if (UserKind.isBuilder(app.text(key, ""))) {
        mistakes.error(
            app.origin(key),
            "A user that builds run as",
            app.text(key, "") + " is for builds alone; nothing else may run as it.");
      }
    }
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
              : "Only one of "
                  + String.join(", ", given)
                  + " can be the source: \"git\" is a repository of its own, \"folder\" a folder of"
                  + " this repo, \"path\" a directory that is on the host already.");
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
    String key = source.text("key", "");
    return Optional.of(
        switch (given.getFirst()) {
          case "git" -> new Source.Git(text, source.text("ref", ""), key, origin);
          case "folder" -> new Source.Folder(folder(text), key, origin);
          default -> new Source.Existing(text, key, origin);
        });
  }

  /** As git names it; the whole repo is {@code .}. */
  private static String folder(String text) {
    String inside = text.startsWith("./") ? text.substring(2) : text;
    return withoutSlash(inside);
  }

  private Venv venv(String name, Table venv) {
    Optional<String> file = venv.table("requirements").text("source");
    Origin origin = venv.origin("requirements");
    Optional<Content> list = file.flatMap(path -> mistakes.file(path, origin));
    if (file.isPresent() && list.isPresent()) {
      new RepoList(file.get(), list.get()).check(mistakes, origin);
    }
    return new Venv(
        withoutSlash(venv.text("directory", new Layout(name).venv())),
        venv.text("python", "python3"),
        file.orElse(venv.text("requirements", "requirements.txt")),
        venv.has("requirements"),
        list,
        origin);
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

  /** A time as {@link dev.reconcile.model.TextFormat#DURATION} allows it. */
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
}
