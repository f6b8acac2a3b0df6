package dev.reconcile.app;

import dev.reconcile.app.App.Bind;
import dev.reconcile.app.App.Gunicorn;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an app's {@code gunicorn}: an option is taken if gunicorn will have it, else refused. */
final class GunicornDecoder {
  private static final Set<String> LEVELS = Set.of("debug", "info", "warning", "error", "critical");
  private static final Set<String> RELOADING =
      Set.of("reload", "reload_engine", "reload_extra_files");

  private final Declarations mistakes;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, Origin> origins = new LinkedHashMap<>();

  GunicornDecoder(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * How gunicorn serves an app.
   *
   * @param name the app's
   * @param existing whether somebody else looks after its source
   */
  Gunicorn decode(String name, Table gunicorn, boolean existing) {
    for (Value.Entry entry : gunicorn.table("options").map().entries()) {
      GunicornSetting.of(entry.key())
          .ifPresentOrElse(setting -> option(entry, setting, existing), () -> unknown(entry));
    }
    Layout layout = new Layout(name);
    Set<String> given = new HashSet<>();
    gunicorn.map().entries().forEach(entry -> given.add(entry.key()));
    Gunicorn read =
        new Gunicorn(
            gunicorn.text("app", "main:app"),
            gunicorn.whole("workers", 2),
            bind(gunicorn.text("bind", "socket")),
            0,
            gunicorn.isOff("access_log") ? "" : gunicorn.text("access_log", layout.accessLog()),
            gunicorn.isOff("error_log") ? "" : gunicorn.text("error_log", layout.errorLog()),
            options,
            given);
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
        "\""
            + entry.key()
            + "\" is not a setting of gunicorn, up to version 26.1."
            + Suggestion.sentence(entry.key(), GunicornSetting.byName().keySet())
            + " One of a newer version can be set in gunicorn.conf.py in the app's source.");
  }

  private void option(Value.Entry entry, GunicornSetting setting, boolean existing) {
    if (!setting.isOption()) {
      mistakes.error(
          entry.keyOrigin(),
          setting.key().isEmpty()
              ? "A setting that cannot be an option"
              : "This setting has a key of its own",
          "\""
              + entry.key()
              + "\" "
              + (setting.key().isEmpty()
                  ? "is not for gunicorn.options. " + setting.refusal()
                  : "is set through " + setting.key() + "."));
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
          "An option without effect",
          "\""
              + entry.key()
              + "\" watches files, and those of a revision never change: a new one is another folder,"
              + " with which the app is restarted. Leave it out.");
    }
    if (options.put(setting.name(), value.get()) != null) {
      mistakes.error(
          entry.keyOrigin(),
          "An option is there twice",
          "\"" + entry.key() + "\" is gunicorn's " + setting.name() + ". Keep one of them.");
    }
    origins.put(setting.name(), entry.value().origin());
  }

  /** The value; of several each on its line. */
  private Optional<String> value(Value.Entry entry, GunicornSetting setting) {
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

  // any other word is "info" to gunicorn, which says nothing
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

  // what another line of the unit, of nginx or of the desired state has the last word on
  private void overruled(Gunicorn gunicorn) {
    int stop = gunicorn.stopSeconds();
    if (stop > Gunicorn.LONGEST_STOP) {
      warn(
          "graceful_timeout",
          "systemd ends the app after "
              + Gunicorn.LONGEST_STOP
              + " s: who asks for it while it restarts waits as long.");
    }
    String trusted = options.getOrDefault("forwarded_allow_ips", "*");
    if (!Set.of(trusted.split("[, ]+", -1)).contains("*") && !trusted.contains("127.0.0.1")) {
      warn(
          "forwarded_allow_ips",
          "Only nginx asks the app, through a socket whose peers gunicorn trusts, or with bind: port"
              + " from 127.0.0.1, which is not among "
              + trusted
              + ": gunicorn would not believe X-Forwarded-Proto. Whom nginx believes is set in nginx"
              + " (set_real_ip_from).");
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
      mistakes.warning(origin, "An option that is overruled", why);
    }
  }
}
