// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key {@code gunicorn}: how gunicorn serves an app. An option that gunicorn does not accept is
 * refused.
 */
final class GunicornSection {
  static final Key<String> APP =
      Key.text("app", TextFormat.WSGI_APP, "main:app", "module:callable")
          .more("`module` alone means its `application`.");
  static final Key<Integer> WORKERS =
      Key.whole("workers", 1, 1000, 2, "number of worker processes");
  static final Key<String> BIND =
      Key.choice(
              "bind",
              List.of("socket", "port", "socket-suffix"),
              "socket",
              "the type of the address on which gunicorn listens")
          .more(
              "`socket`: `%s`; `port`: `127.0.0.1:PORT`; `socket-suffix`: `%s`."
                  .formatted(Key.OF_APP.socket(), Key.OF_APP.numberedSocket("SUFFIX")));
  static final Key<String> ACCESS_LOG =
      Key.textOrOff(
          "access_log",
          TextFormat.ABSOLUTE_PATH,
          Key.OF_APP.accessLog(),
          "file of the access log, or false for none");
  static final Key<String> ERROR_LOG =
      Key.textOrOff(
          "error_log",
          TextFormat.ABSOLUTE_PATH,
          Key.OF_APP.errorLog(),
          "file of the error log, or false for the journal");
  static final Key<Optional<Value>> OPTIONS =
      Key.section(
              "options",
              Schema.mapOf(
                  TextFormat.SETTING,
                  Schema.either(
                      Schema.text(TextFormat.VALUE), Schema.listOf(Schema.text(TextFormat.VALUE)))),
              "other gunicorn settings, by gunicorn's names")
          .more("[All settings, and their precedence](gunicorn.md).")
          .example("{timeout: 60, max_requests: 1000}");

  static final Schema.Fields SCHEMA =
      Key.fields("gunicorn", APP, WORKERS, BIND, ACCESS_LOG, ERROR_LOG, OPTIONS);

  private static final Set<String> LEVELS = Set.of("debug", "info", "warning", "error", "critical");
  private static final Set<String> RELOADING =
      Set.of("reload", "reload_engine", "reload_extra_files");

  private final Declarations mistakes;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, Origin> origins = new LinkedHashMap<>();

  GunicornSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns how gunicorn serves an app.
   *
   * @param name the app's name
   * @param gunicorn the value of the key
   * @param existing whether reconcile does not manage the app's source
   */
  Gunicorn decode(String name, Table gunicorn, boolean existing) {
    for (Value.Entry entry : gunicorn.table(OPTIONS).map().entries()) {
      if (!TextFormat.SETTING.accepts(entry.key())) {
        continue; // refused
      }
      GunicornSetting.of(entry.key())
          .ifPresentOrElse(setting -> option(entry, setting, existing), () -> unknown(entry));
    }
    Map<String, Origin> given = new HashMap<>();
    gunicorn.map().entries().forEach(entry -> given.put(entry.key(), entry.value().origin()));
    Gunicorn read =
        new Gunicorn(
            gunicorn.get(APP),
            gunicorn.get(WORKERS),
            bind(gunicorn.get(BIND)),
            gunicorn.get(ACCESS_LOG, name),
            gunicorn.get(ERROR_LOG, name),
            options,
            given,
            Map.of());
    overruled(read);
    return read;
  }

  private static Bind bind(String word) {
    return switch (word) {
      case "port" -> Bind.PORT;
      case "socket-suffix" -> Bind.SOCKET_SUFFIX;
      default -> Bind.SOCKET;
    };
  }

  private void unknown(Value.Entry entry) {
    mistakes.error(
        entry.keyOrigin(),
        "Unknown setting of gunicorn",
        """
        "%s" is not a setting of gunicorn, up to version 26.1.%s One of a newer \
        version can be set in gunicorn.conf.py in the app's source.\
        """
            .formatted(
                entry.key(), Suggestion.sentence(entry.key(), GunicornSetting.byName().keySet())));
  }

  private void option(Value.Entry entry, GunicornSetting setting, boolean existing) {
    if (!setting.isOption()) {
      mistakes.error(
          entry.keyOrigin(),
          setting.key().isEmpty()
              ? "Setting not allowed as option"
              : "Setting with a key of its own",
          setting.key().isEmpty()
              ? "\"%s\" is not for gunicorn.options. %s".formatted(entry.key(), setting.refusal())
              : "\"%s\" is set through %s.".formatted(entry.key(), setting.key()));
      return;
    }
    Optional<String> value = value(entry, setting);
    if (value.isEmpty()) {
      return;
    }
    boolean off = value.get().equals("false");
    if (RELOADING.contains(setting.name()) && !existing && !off) {
      mistakes.error(
          entry.keyOrigin(),
          "Option without effect",
          """
          "%s" watches files, but the files of a revision never change. A new \
          revision gets a new folder and a restart. Remove the setting.\
          """
              .formatted(entry.key()));
    }
    if (options.put(setting.name(), value.get()) != null) {
      mistakes.error(
          entry.keyOrigin(),
          "Duplicate option",
          "\"" + entry.key() + "\" is gunicorn's " + setting.name() + ". Keep one of them.");
    }
    origins.put(setting.name(), entry.value().origin());
  }

  /** Returns the value; a list has each of its values on its own line. */
  private Optional<String> value(Value.Entry entry, GunicornSetting setting) {
    if (Table.isRefused(entry.value())) {
      return Optional.empty();
    }
    if (entry.value() instanceof Value.Sequence && setting.sort() != GunicornSetting.Sort.LIST) {
      wrong(entry, "one value, not a list");
      return Optional.empty();
    }
    List<String> texts =
        new Table(new Value.Mapping(List.of(entry), entry.keyOrigin())).texts(entry.key());
    String text = String.join("\n", texts);
    return switch (setting.sort()) {
      case TEXT -> level(entry, setting, text);
      case LIST -> Optional.of(text);
      case NUMBER -> {
        boolean right = text.matches("[0-9]{1,9}");
        yield right ? Optional.of(text) : wrong(entry, "a whole number, 0 or above");
      }
      case FLAG -> {
        String word = text.toLowerCase(Locale.ROOT);
        boolean right = word.equals("true") || word.equals("false");
        boolean inverted = setting.name().equals("sendfile") && !entry.key().equals("sendfile");
        String meant = inverted ? Boolean.toString(word.equals("false")) : word;
        yield right ? Optional.of(meant) : wrong(entry, "true or false");
      }
    };
  }

  // gunicorn treats any other word as "info" without a message.
  private Optional<String> level(Value.Entry entry, GunicornSetting setting, String text) {
    boolean wrong =
        setting.name().equals("loglevel") && !LEVELS.contains(text.toLowerCase(Locale.ROOT));
    return wrong
        ? wrong(entry, "one of " + String.join(", ", LEVELS.stream().sorted().toList()))
        : Optional.of(text);
  }

  private Optional<String> wrong(Value.Entry entry, String wanted) {
    mistakes.error(
        entry.value().origin(),
        "Invalid value",
        "gunicorn.options." + entry.key() + " must be " + wanted + ".");
    return Optional.empty();
  }

  // Warns about options that another line of the unit, of nginx or of the desired state overrides.
  private void overruled(Gunicorn gunicorn) {
    int stop = gunicorn.stopSeconds();
    if (stop > Gunicorn.LONGEST_STOP) {
      warn(
          "graceful_timeout",
          """
          systemd ends the app after %s s: a request during a restart waits as \
          long.\
          """
              .formatted(Gunicorn.LONGEST_STOP));
    }
    String trusted = options.getOrDefault("forwarded_allow_ips", "*");
    if (!Set.of(trusted.split("[, ]+", -1)).contains("*") && !trusted.contains("127.0.0.1")) {
      warn(
          "forwarded_allow_ips",
          """
          Only nginx asks the app, through a socket whose peers gunicorn trusts, \
          or with bind: port from 127.0.0.1, which is not among %s: gunicorn would \
          not believe X-Forwarded-Proto. The proxies that nginx trusts are set in \
          nginx (set_real_ip_from).\
          """
              .formatted(trusted));
    }
    boolean logged =
        Set.of("syslog", "logconfig", "logconfig_json").stream().anyMatch(options::containsKey);
    if (gunicorn.accessLog().isEmpty() && !logged) {
      warn("access_log_format", "There is no access log: gunicorn.access_log is false.");
    }
  }

  private void warn(String option, String why) {
    Origin origin = origins.get(option);
    if (origin != null) {
      mistakes.warning(origin, "Overridden option", why);
    }
  }
}
