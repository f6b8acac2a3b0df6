// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.python.Assignment;
import dev.reconcile.python.Literal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The check of one setting in an app's own settings file. A setting with which the service cannot
 * run is a fault of the app. A setting that an option, systemd or nginx overrides is a warning. Any
 * other setting takes effect.
 */
final class GunicornConfChecks {
  /** Settings that reconcile always passes as options, and the key whose default overrides them. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "workers", "workers",
          "bind", "bind",
          "accesslog", "access_log",
          "errorlog", "error_log",
          "wsgi_app", "app");

  /** Settings that break the service unless they are off, and the reason if it is not their own. */
  private static final Map<String, String> BREAKING =
      Map.of(
          "daemon", "",
          "reuse_port", "",
          "initgroups", "",
          "pidfile", "",
          "certfile", "",
          "keyfile", "",
          "protocol", "",
          "check_config", "With it, gunicorn exits instead of serving. Remove the setting.",
          "print_config", "With it, gunicorn exits instead of serving. Remove the setting.",
          "paste",
              "With it, gunicorn does not serve the app that gunicorn.app names. Remove the setting.");

  /** Settings that only count together with another one that cannot be used, or not at all. */
  private static final Set<String> IDLE =
      Set.of(
          "umask",
          "enable_stdio_inheritance",
          "raw_paste_global_conf",
          "proxy_protocol",
          "proxy_allow_ips",
          "uwsgi_allow_ips",
          "http_protocols",
          "http2_cleartext",
          "http2_max_concurrent_streams",
          "http2_initial_window_size",
          "http2_max_frame_size",
          "http2_max_header_list_size",
          "ssl_version",
          "ssl_context",
          "cert_reqs",
          "ca_certs",
          "suppress_ragged_eofs",
          "do_handshake_on_connect",
          "ciphers",
          "control_socket");

  private static final Set<String> RELOADING =
      Set.of("reload", "reload_engine", "reload_extra_files");

  /** Words that turn a setting off, or that are its default. */
  private static final Set<String> OFF = Set.of("", "false", "off", "auto");

  private final App app;
  private final Gunicorn server;
  private final Facts facts;
  private final GunicornConfReport report;

  GunicornConfChecks(App app, Gunicorn server, Facts facts, GunicornConfReport report) {
    this.app = app;
    this.server = server;
    this.facts = facts;
    this.report = report;
  }

  /**
   * Checks one setting.
   *
   * @param all the names of all settings that the file sets
   */
  void check(Assignment set, Set<String> all) throws HostException {
    String name = set.name();
    GunicornSetting setting = GunicornSetting.byName().get(name);
    String refusal = setting == null ? "" : setting.refusal();
    String key = ALWAYS.getOrDefault(name, "");
    if (!key.isEmpty()) {
      always(set, key);
    } else if (server.options().containsKey(name)) {
      report.overridden(set, "gunicorn.options." + name + " overrides it. Keep one of them.");
    } else if (BREAKING.containsKey(name)) {
      String why = BREAKING.getOrDefault(name, "");
      boolean harmless = isOff(name, set.value()) || (name.equals("pidfile") && isPrivate(set));
      breaking(set, harmless, why.isEmpty() ? refusal : why);
    } else if (IDLE.contains(name) && !isIdleOff(set.value())) {
      report.idle(set, refusal);
    } else {
      effective(set, all);
    }
  }

  private void effective(Assignment set, Set<String> all) throws HostException {
    switch (set.name()) {
      case "user" -> account(set, app.user(), "user");
      case "group" -> account(set, app.group(), "group");
      case "chdir" -> directory(set);
      case "raw_env" ->
          set.value()
              .texts()
              .filter(variable -> !variable.isEmpty()) // an empty text is an empty list
              .forEach(variable -> variable(set, variable));
      case "worker_tmp_dir" -> temporary(set);
      case "forwarded_allow_ips" -> trusted(set);
      case "graceful_timeout", "dirty_graceful_timeout" -> stop(set);
      case "access_log_format" -> format(set, all);
      case "config" ->
          report.idle(set, "gunicorn reads no further file: set gunicorn.options.config.");
      default -> reloading(set);
    }
  }

  private void always(Assignment set, String key) {
    boolean log = key.endsWith("_log");
    String used =
        switch (key) {
          case "workers" -> Integer.toString(server.workers());
          case "access_log" -> server.accessLog();
          case "error_log" -> server.errorLog();
          case "app" -> server.app();
          default -> "";
        };
    String here =
        set.value() instanceof Literal.Whole number
            ? Long.toString(number.value())
            : set.value().texts().findFirst().orElse("");
    boolean agrees = here.equals(used) || (log && used.isEmpty());
    if (!agrees && !server.given().containsKey(key)) {
      report.overridden(set, "gunicorn." + key + " overrides it, even if it is not set. Set it.");
    }
  }

  private static boolean isOff(String name, Literal value) {
    return switch (value) {
      case Literal.Nothing _ -> true;
      case Literal.Flag flag -> !flag.value();
      case Literal.Text text ->
          switch (name) {
            case "pidfile", "paste" -> false;
            case "certfile", "keyfile" -> text.value().isEmpty();
            case "protocol" -> text.value().equalsIgnoreCase("http");
            default -> text.value().strip().equalsIgnoreCase("false");
          };
      case Literal.Whole _, Literal.Many _, Literal.Computed _ -> false;
    };
  }

  private static boolean isIdleOff(Literal value) {
    return switch (value) {
      case Literal.Nothing _ -> true;
      case Literal.Flag flag -> !flag.value();
      case Literal.Whole number -> number.value() == 0;
      case Literal.Text text -> OFF.contains(text.value());
      case Literal.Many many -> many.values().isEmpty();
      case Literal.Computed _ -> false;
    };
  }

  // Each instance has a /tmp (PrivateTmp=yes) and a runtime directory of its own.
  private boolean isPrivate(Assignment set) {
    String runtime = "/run/" + app.layout().runtimeFolder() + "/";
    return set.value()
        .texts()
        .allMatch(path -> path.startsWith("/tmp/") || path.startsWith(runtime));
  }

  // Only the rehearsal can tell what a computed value does.
  private void breaking(Assignment set, boolean harmless, String why) {
    if (!set.value().isKnown()) {
      report.computed(set, why);
    } else if (!harmless) {
      report.fault(set, why);
    }
  }

  // gunicorn has no right to become another user. What a number means only the host can tell.
  private void account(Assignment set, String used, String key) {
    boolean number =
        set.value() instanceof Literal.Whole whole
            ? whole.value() > 0
            : set.value().texts().anyMatch(text -> text.matches("[0-9]+"));
    boolean agrees =
        set.value() instanceof Literal.Nothing
            || used.matches("[0-9]+") // the name may be that of the number
            || set.value().texts().anyMatch(text -> text.equals(used));
    if (!number) {
      breaking(
          set,
          agrees,
          """
          gunicorn already runs as the %s %s, and has no right to change it. Remove \
          the setting, or set %s in %s.\
          """
              .formatted(key, used, key, app.origin().file()));
    }
  }

  // The folder of a revision is known by the app's directory only.
  private void directory(Assignment set) {
    String folder = set.value().texts().findFirst().orElse("");
    String whole = folder.startsWith("/") ? folder : app.directory() + "/" + folder;
    boolean inside =
        (whole + "/").startsWith(app.directory() + "/")
            && List.of(whole.split("/", -1)).stream().noneMatch(part -> part.equals(".."));
    breaking(
        set,
        inside,
        """
        gunicorn would run %s from a folder outside of its directory, %s. Leave it \
        out, or name a folder of the source by a relative path.\
        """
            .formatted(app.name(), app.directory()));
  }

  private void variable(Assignment set, String variable) {
    int equals = variable.indexOf('=');
    String name = equals < 0 ? variable : variable.substring(0, equals);
    Optional<String> refusal = EnvironmentChecks.refusal(name);
    if (equals < 0) {
      report.fault(set, "gunicorn refuses a text in raw_env that is not NAME=VALUE.");
    } else if (refusal.isPresent()) {
      report.fault(set, "\"" + name + "\" cannot be set. " + refusal.get());
    } else if (app.secrets().containsKey(name)
        || !app.env()
            .getOrDefault(name, variable.substring(equals + 1))
            .equals(variable.substring(equals + 1))) {
      report.variable(
          set,
          "It overrides %s, which %s sets. Keep one of them.".formatted(name, app.origin().file()));
    }
  }

  private void temporary(Assignment set) throws HostException {
    String folder = set.value().texts().findFirst().orElse("");
    if (!facts.live() || !folder.startsWith("/")) {
      return; // gunicorn makes it absolute by a rule of its own
    }
    Optional<Stat> stat = facts.stat(folder);
    if (stat.isEmpty()) {
      report.missing(
          set,
          "%s is not on this host now, and gunicorn does not start without it. /dev/shm is."
              .formatted(folder));
    }
  }

  private void trusted(Assignment set) {
    List<String> ips =
        set.value().texts().flatMap(text -> List.of(text.split("[, ]+", -1)).stream()).toList();
    if (set.value().isKnown() && !ips.contains("*") && !ips.contains("127.0.0.1")) {
      report.overridden(
          set,
          """
          Only nginx asks the app, through a socket whose peers gunicorn trusts, or \
          with bind: port from 127.0.0.1. The proxies that nginx trusts are set in \
          nginx (set_real_ip_from).\
          """);
    }
  }

  private void stop(Assignment set) {
    if (set.value() instanceof Literal.Whole number && number.value() > Gunicorn.LONGEST_STOP) {
      report.overridden(set, "systemd ends the app after " + Gunicorn.LONGEST_STOP + " s.");
    }
  }

  private void format(Assignment set, Set<String> all) {
    boolean logged =
        List.of("accesslog", "syslog", "logconfig", "logconfig_json", "logconfig_dict").stream()
            .anyMatch(name -> all.contains(name) || server.options().containsKey(name));
    if (server.accessLog().isEmpty() && !logged) {
      report.idle(set, "There is no access log: gunicorn.access_log is false.");
    }
  }

  private void reloading(Assignment set) {
    if (RELOADING.contains(set.name())
        && !(app.source() instanceof App.Source.Existing)
        && !isIdleOff(set.value())) {
      report.idle(
          set,
          """
          It watches files, but the files of a revision never change. A new \
          revision gets a new folder and a restart. Remove the setting.\
          """);
    }
  }
}
