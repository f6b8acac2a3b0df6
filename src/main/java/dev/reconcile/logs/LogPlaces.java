// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.systemd.CommandWords;
import dev.reconcile.systemd.EnvironmentFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The log files of an app, as its files on the host name them.
 *
 * @param gunicorn path to name of the files of its web process
 * @param site path to name of the files of its site alone
 * @param shared path to name of the files that its site shares with others
 * @param serverNames the server names of its site
 */
record LogPlaces(
    Map<String, String> gunicorn,
    Map<String, String> site,
    Map<String, String> shared,
    List<String> serverNames) {
  private static final int LIMIT = 1 << 20;
  private static final String DEFAULT_ERRORS = "/var/log/nginx/error.log";
  private static final List<String> DEFAULTS = List.of("/var/log/nginx/access.log", DEFAULT_ERRORS);

  /** Reads the files of an app. A file that this user may not read counts as missing. */
  static LogPlaces of(Facts facts, Layout app) {
    List<Directive> site = NginxConfig.parse(app.site(), text(facts, app.site())).directives();
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> shared = new LinkedHashMap<>();
    for (String kind : List.of("access", "error")) {
      named(site, kind + "_log")
          .map(directive -> directive.words().size() > 1 ? directive.words().get(1) : "")
          .filter(path -> path.startsWith("/") && !path.contains("$"))
          .filter(path -> !path.startsWith("/dev/"))
          .forEach(path -> (DEFAULTS.contains(path) ? shared : own).put(path, "nginx " + kind));
    }
    // An access log that sites share does not name the site of a line.
    shared.remove(DEFAULTS.getFirst());
    if (!site.isEmpty() && named(site, "error_log").findAny().isEmpty()) {
      shared.put(DEFAULT_ERRORS, "nginx error");
    }
    List<String> names =
        named(site, "server_name")
            .flatMap(directive -> directive.parameters().stream())
            .distinct()
            .toList();
    return new LogPlaces(gunicorn(facts, app), own, shared, names);
  }

  private static Stream<Directive> named(List<Directive> directives, String name) {
    return directives.stream()
        .flatMap(directive -> Stream.concat(Stream.of(directive), directive.all()))
        .filter(directive -> directive.is(name));
  }

  private static Map<String, String> gunicorn(Facts facts, Layout app) {
    Map<String, String> files = new LinkedHashMap<>();
    String text = text(facts, app.environment());
    List<String> words = new ArrayList<>();
    EnvironmentFile.variables(text).stream()
        .filter(variable -> variable.name().equals("GUNICORN_CMD_ARGS"))
        .forEach(variable -> words.addAll(CommandWords.ofShell(variable.value())));
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("--access-logfile") || words.get(i).equals("--error-logfile")) {
        add(files, words.get(i + 1));
      }
    }
    if (text.isEmpty()) {
      add(files, app.accessLog());
      add(files, app.errorLog());
    }
    return files;
  }

  private static void add(Map<String, String> files, String path) {
    if (path.startsWith("/")) {
      files.put(path, path.substring(path.lastIndexOf('/') + 1));
    }
  }

  private static String text(Facts facts, String path) {
    try {
      return facts.text(path, LIMIT).orElse("");
    } catch (HostException e) {
      return "";
    }
  }
}
