// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.TextFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The check of the settings file in an app's source, which gunicorn reads before its options. It
 * warns about settings that an option or systemd overrides.
 */
final class GunicornConf {
  /** The file that gunicorn looks for in its working directory by default. */
  private static final String USUAL = "gunicorn.conf.py";

  private static final Pattern ASSIGNMENT =
      Pattern.compile("([a-z_0-9]+)[ \\t]*(?::[^=\\n]*)?=(?!=)[ \\t]*(.*)");

  /** Settings that reconcile always passes as options, and the key whose default overrides them. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "workers", "workers",
          "bind", "bind",
          "accesslog", "access_log",
          "errorlog", "error_log",
          "wsgi_app", "app");

  private static final Set<String> NONE = Set.of("False", "None", "0", "\"\"", "''");

  /** Settings that would keep the app from being served, or have no effect. */
  private static final List<String> BROKEN =
      List.of(
          "daemon",
          "pidfile",
          "umask",
          "chdir",
          "user",
          "group",
          "initgroups",
          "reuse_port",
          "check_config",
          "print_config",
          "proxy_protocol",
          "keyfile",
          "certfile",
          "control_socket");

  private final App app;
  private final Declarations declarations;

  GunicornConf(App app, Declarations declarations) {
    this.app = app;
    this.declarations = declarations;
  }

  /**
   * Warns about the settings of the file that have no effect. A file that the desired state names
   * and the source does not have is a fault of the app.
   */
  void check(Sources.Resolved code) {
    String named = app.gunicorn().options().getOrDefault("config", USUAL);
    String file = named.startsWith("file:") ? named.substring("file:".length()) : named;
    if (named.startsWith("python:") || !TextFormat.RELATIVE_PATH.accepts(file)) {
      return; // a file elsewhere on the host, or a module
    }
    assignments(text(code, file)).forEach((name, value) -> check(file, name, value));
  }

  private String text(Sources.Resolved code, String file) {
    try {
      Optional<Sources.SourceFile> found = code.file(file);
      if (found.isEmpty() && app.gunicorn().options().containsKey("config")) {
        declarations.fault(
            app.name(),
            app.source().origin(),
            "Missing gunicorn configuration",
            """
            The source of %s has no %s, which gunicorn.options.config names. Add the \
            file, or correct the path.\
            """
                .formatted(app.name(), file));
      }
      return found.map(source -> source.content().text()).orElse("");
    } catch (Sources.Unusable e) {
      return ""; // A file that cannot be read here needs no warning.
    }
  }

  private static Map<String, String> assignments(String text) {
    Map<String, String> assignments = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = ASSIGNMENT.matcher(line);
      if (matcher.matches() && GunicornSetting.byName().containsKey(matcher.group(1))) {
        assignments.put(matcher.group(1), matcher.group(2).strip());
      }
    }
    return assignments;
  }

  private void check(String file, String name, String value) {
    String key = ALWAYS.getOrDefault(name, "");
    GunicornSetting setting = GunicornSetting.byName().get(name);
    if (!key.isEmpty()) {
      boolean silent = key.endsWith("_log") && isOff(key);
      if (!silent && !app.gunicorn().given().containsKey(key)) {
        warn(file, name, "gunicorn." + key + " overrides it, even if it is not set. Set it.");
      }
    } else if (app.gunicorn().options().containsKey(name)) {
      warn(file, name, "gunicorn.options." + name + " overrides it. Keep one of them.");
    } else if (name.equals("graceful_timeout") && isTooLong(value)) {
      warn(
          file,
          name,
          "systemd ends the app after 30 s, unless it is set as gunicorn.options.graceful_timeout.");
    } else if (setting != null && BROKEN.contains(name) && !NONE.contains(value)) {
      warn(file, name, setting.refusal());
    }
  }

  private boolean isOff(String key) {
    return key.equals("access_log")
        ? app.gunicorn().accessLog().isEmpty()
        : app.gunicorn().errorLog().isEmpty();
  }

  private static boolean isTooLong(String value) {
    return value.matches("[0-9]{1,9}") && Integer.parseInt(value) > 30;
  }

  private void warn(String file, String name, String why) {
    declarations.warning(
        app.source().origin(),
        "Overridden setting in the source",
        file + " of " + app.name() + " sets " + name + ". " + why);
  }
}
