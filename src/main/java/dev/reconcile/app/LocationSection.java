// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The key {@code site.locations}: the parts of a site that differ from the rest. */
final class LocationSection {
  static final Key<String> APP =
      Key.text("app", TextFormat.APP_NAME, "", "another app of the host, which answers");
  static final Key<String> TO =
      Key.text(
              "to",
              TextFormat.URL_PREFIX,
              "",
              "the path that the app gets in place of that of the location")
          .otherwise("`/`")
          .more(
              """
              With `/`, gunicorn's apps get the path of the location as `SCRIPT_NAME`, and all \
              apps get it in the header `X-Forwarded-Prefix`. With the path of the location \
              itself, the app gets the path as the visitor sent it.\
              """);
  static final Key<String> PROXY =
      Key.text("proxy", TextFormat.PROXY_URL, "", "the URL of a server, which answers")
          .example("http://127.0.0.1:9000/");
  static final Key<String> STATIC =
      Key.text("static", TextFormat.PLACE, "", "a directory or a file that nginx serves")
          .more("A relative path is a path of `data` or of the source.");
  static final Key<String> CACHE =
      Key.text("cache", TextFormat.AGE, "", "how long browsers keep the files of `static`")
          .otherwise("nginx's")
          .example("30d");
  static final Key<String> FALLBACK =
      Key.text(
              "fallback",
              TextFormat.RELATIVE_PATH,
              "",
              "the file of `static` that answers for paths without a file")
          .more("Browsers ask for it each time, whatever `cache` is.")
          .example("index.html");
  static final Key<Optional<Value>> REDIRECT =
      Key.section(
              "redirect",
              Schema.either(
                  Schema.text(TextFormat.NGINX_WORD),
                  Key.fields("redirect", RedirectSection.TO, RedirectSection.STATUS)),
              "the target of a redirect, or the target and the status")
          .example("https://shop.example$request_uri");

  /** The keys of which a location has at most one. */
  private static final List<Key<?>> ANSWERS = List.of(APP, PROXY, STATIC, REDIRECT);

  static final Schema.Fields SCHEMA = Key.fields("a location", keys());

  private final Declarations mistakes;
  private final Optional<Set<String>> logFormats;

  /**
   * @param mistakes receives mistakes
   * @param logFormats the names of {@code nginx.log_formats}; empty if they are unknown
   */
  LocationSection(Declarations mistakes, Optional<Set<String>> logFormats) {
    this.mistakes = mistakes;
    this.logFormats = logFormats.map(Set::copyOf);
  }

  private static List<Key<?>> keys() {
    List<Key<?>> keys = new ArrayList<>();
    keys.addAll(List.of(APP, TO, PROXY, STATIC, CACHE, FALLBACK, REDIRECT));
    keys.addAll(PartKeys.keys());
    keys.addAll(List.of(SiteSection.ACCESS_LOG, SiteSection.EXTRA));
    return keys;
  }

  /**
   * Returns the parts of a site, and reports those that nginx would not take.
   *
   * @param name the app's name
   * @param site the value of {@code site}
   * @param paths the app's code and data, to which relative paths lead
   * @param statics the files of {@code site.static}
   */
  List<Location> decode(String name, Table site, StaticPaths paths, List<Static> statics) {
    List<Location> all = new ArrayList<>();
    Map<String, Origin> taken = new HashMap<>();
    for (Value.Entry entry : site.table(SiteSection.LOCATIONS).map().entries()) {
      if (entry.value() instanceof Value.Mapping map) {
        Location location = decode(entry, new Table(map), paths);
        check(location, taken, statics);
        PartKeys.check(
            Part.site(name, site, paths).location(location.word(), location.keys()),
            RawLines.of(location.keys(), SiteSection.EXTRA),
            mistakes);
        all.add(location);
      }
    }
    return all;
  }

  private Location decode(Value.Entry entry, Table keys, StaticPaths paths) {
    List<Key<?>> answers = ANSWERS.stream().filter(keys::has).toList();
    if (answers.size() > 1) {
      mistakes.error(
          keys.origin(answers.get(1)),
          "Two answers of one location",
          "%s and %s exclude each other. Remove one of the two."
              .formatted(answers.get(0).name(), answers.get(1).name()));
    }
    requires(keys, TO, APP);
    requires(keys, CACHE, STATIC);
    requires(keys, FALLBACK, STATIC);
    Location.Answer answer = answer(entry, keys, paths);
    boolean isFolder = answer instanceof Location.OfApp || answer instanceof Location.OfFiles;
    String path = isFolder ? Location.folder(entry.key()) : nginx(entry.key());
    return new Location(
        path,
        answer,
        new AccessLogSection(mistakes, logFormats).decode(keys),
        keys,
        entry.keyOrigin());
  }

  private void requires(Table keys, Key<?> key, Key<?> needed) {
    if (keys.has(key) && keys.isClearlyWithout(needed)) {
      mistakes.error(
          keys.origin(key),
          "Key without effect",
          "%s belongs to %s, which this location does not have."
              .formatted(key.name(), needed.name()));
    }
  }

  private Location.Answer answer(Value.Entry entry, Table keys, StaticPaths paths) {
    if (keys.has(APP)) {
      return new Location.OfApp(keys.get(APP), keys.get(TO));
    }
    if (keys.has(PROXY)) {
      if (entry.key().startsWith("~") && hasPath(keys.get(PROXY))) {
        mistakes.error(
            keys.origin(PROXY),
            "Path behind a regular expression",
            "nginx cannot replace the path of a regular expression. Leave out that of the URL.");
      }
      return new Location.OfServer(keys.get(PROXY));
    }
    if (keys.has(STATIC)) {
      return files(entry, keys, paths);
    }
    if (keys.has(REDIRECT)) {
      Optional<Value> redirect = keys.get(REDIRECT);
      Optional<String> to = redirect.flatMap(Table::textOf);
      Table map = keys.table(REDIRECT);
      if (to.isEmpty() && map.isSound() && !map.has(RedirectSection.TO)) {
        mistakes.error(
            keys.origin(REDIRECT), "Redirect without a target", "Add to: the path or the URL.");
      }
      Redirect read =
          to.isPresent()
              ? new Redirect(to.get(), 301)
              : new RedirectSection(mistakes).decode(keys.table(REDIRECT));
      return new Location.OfRedirect(read.to(), read.status());
    }
    return new Location.OfSite();
  }

  private static boolean hasPath(String url) {
    String socket = "http://unix:";
    return url.startsWith(socket)
        ? url.indexOf(':', socket.length()) >= 0
        : url.indexOf('/', url.indexOf("//") + 2) >= 0;
  }

  private Location.Answer files(Value.Entry entry, Table keys, StaticPaths paths) {
    String place = keys.get(STATIC);
    boolean isFile = entry.key().startsWith("= ");
    if (entry.key().startsWith("~")) {
      mistakes.error(
          entry.keyOrigin(),
          "Files of a regular expression",
          "static needs a path, because nginx appends the rest of the path to the directory.");
    } else if (entry.key().equals("= /")) {
      mistakes.error(
          entry.keyOrigin(),
          "File at the path /",
          "nginx sends no file for a path that ends with a slash. Redirect / to the file's path.");
    }
    String path = isFile || place.endsWith("/") ? place : place + "/";
    return new Location.OfFiles(
        paths.of(Location.folder(entry.key()), path).keptFor(keys.get(CACHE)), keys.get(FALLBACK));
  }

  private static String nginx(String path) {
    int blank = path.indexOf(' ') + 1;
    return path.startsWith("~")
        ? "%s\"%s\"".formatted(path.substring(0, blank), path.substring(blank))
        : path;
  }

  private void check(Location location, Map<String, Origin> taken, List<Static> statics) {
    for (String claim : location.claims()) {
      Origin first = taken.putIfAbsent(claim, location.origin());
      if (first != null) {
        mistakes.error(
            location.origin(),
            "Duplicate location",
            "%s is declared in %s already. One path has one answer."
                .formatted(claim, first.words()));
      }
    }
    if (statics.stream().anyMatch(files -> location.claims().contains(files.location()))) {
      mistakes.error(
          location.origin(),
          "Duplicate location",
          "%s is a path of static already. Use one of the two.".formatted(location.path()));
    }
    if (location.answer() instanceof Location.OfApp && location.path().startsWith("~")) {
      mistakes.error(
          location.origin(),
          "App at a regular expression",
          "Another app needs a path, such as /api/, because it must know where it begins.");
    }
  }
}
