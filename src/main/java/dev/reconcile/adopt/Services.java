package dev.reconcile.adopt;

import dev.reconcile.adopt.Service.Variable;
import dev.reconcile.adopt.UnitFile.Setting;
import dev.reconcile.model.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the apps among systemd's services: those whose command is gunicorn. */
public final class Services {
  private final Findings findings;
  private final Set<String> names = new HashSet<>();

  private Services(Findings findings) {
    this.findings = findings;
  }

  /**
   * The apps of these units, in their order.
   *
   * @param findings where it goes what was found and what cannot be used
   */
  public static List<Service> find(List<Unit> units, Findings findings) {
    Services services = new Services(findings);
    List<Service> found = new ArrayList<>();
    for (Unit unit : units) {
      if (unit.last("ExecStart").stream().anyMatch(exec -> exec.value().contains("gunicorn"))) {
        services.read(unit).ifPresent(found::add);
      } else if (!unit.files().isEmpty() && unit.files().getFirst().path().startsWith("/etc/")) {
        findings.left("", unit.name() + " is no app of gunicorn.", place(unit));
      }
    }
    return List.copyOf(found);
  }

  private static Place place(Unit unit) {
    return Place.of(unit.files().isEmpty() ? unit.name() : unit.files().getFirst().path());
  }

  private Optional<Service> read(Unit unit) {
    Setting exec = unit.last("ExecStart").orElseThrow();
    if (!unit.isRunning() && !unit.enabled()) {
      findings.left(
          "", unit.name() + " is neither enabled nor running, so it is left out.", exec.place());
      return Optional.empty();
    }
    List<Variable> variables = variables(unit);
    Map<String, String> environment = Service.values(variables);
    List<String> words =
        Words.expanded(
            Words.ofSystemd(unit.expand(exec.value().replaceFirst("^[-@:+!|]+", ""))), environment);
    List<String> more = Words.ofShell(environment.getOrDefault("GUNICORN_CMD_ARGS", ""));
    Optional<GunicornCommand> command = GunicornCommand.of(words, more);
    if (command.isEmpty()) {
      findings.question(
          "",
          unit.name()
              + " starts gunicorn by way of another program. Write an app for it by hand, or have"
              + " ExecStart= name gunicorn itself and adopt again.",
          exec.place());
      return Optional.empty();
    }
    return usable(unit, exec, command.get(), variables);
  }

  private Optional<Service> usable(
      Unit unit, Setting exec, GunicornCommand command, List<Variable> variables) {
    String directory =
        Optional.ofNullable(command.settings().get("chdir"))
            .or(() -> unit.last("WorkingDirectory").map(s -> unit.expand(s.value())))
            .map(path -> path.replaceFirst("^-", ""))
            .map(path -> path.length() > 1 ? path.replaceFirst("/+$", "") : path)
            .orElse("");
    String name = name(unit, directory);
    String trouble = "";
    if (!Rule.APP_NAME.accepts(name) || !names.add(name)) {
      trouble = "\"" + name + "\" cannot be its name, or is another app's";
    } else if (directory.length() < 2 || !Rule.ABSOLUTE_PATH.accepts(directory)) {
      trouble = "neither --chdir nor WorkingDirectory= names the directory of its code";
    } else if (!Rule.WSGI_APP.accepts(module(command))) {
      trouble = "its command does not say which app to serve, as module:callable";
    } else if (command.binds().isEmpty()) {
      trouble = "its command has no --bind, so it is not known where it listens";
    } else if (!Address.isKnown(Address.ofBind(command.binds().getFirst(), directory))) {
      trouble = "--bind " + command.binds().getFirst() + " is no path and no port";
    }
    if (!trouble.isEmpty()) {
      findings.question(
          "",
          unit.name() + " is left out: " + trouble + ". Mend it and adopt again.",
          exec.place());
      return Optional.empty();
    }
    String user =
        Optional.ofNullable(command.settings().get("user"))
            .or(() -> unit.last("User").map(s -> unit.expand(s.value())))
            .orElse("root");
    String group =
        Optional.ofNullable(command.settings().get("group"))
            .or(() -> unit.last("Group").map(s -> unit.expand(s.value())))
            .orElse("");
    return Optional.of(
        new Service(name, unit, command, directory, user, group, variables, exec.place()));
  }

  /** The app that is served; a module alone means its "application", as for gunicorn. */
  static String module(GunicornCommand command) {
    String app =
        command.app().isEmpty() ? command.settings().getOrDefault("wsgi_app", "") : command.app();
    return app.isEmpty() || app.contains(":") ? app : app + ":application";
  }

  // shop of gunicorn@shop.service, shop.service and gunicorn-shop.service; gunicorn.service alone
  // has the name of its directory
  private static String name(Unit unit, String directory) {
    String name = unit.instance().isEmpty() ? unit.prefix() : unit.instance();
    String telling =
        name.equals("gunicorn") ? directory.substring(directory.lastIndexOf('/') + 1) : name;
    return telling
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^gunicorn[-_.](?=.)", "")
        .replaceFirst("(?<=.)[-_.]gunicorn$", "")
        .replace('.', '_')
        .replaceAll("\\\\x2d", "-");
  }

  // In the order in which systemd sets them: files over Environment=, the later over the earlier.
  private List<Variable> variables(Unit unit) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (Setting setting : unit.all("Environment")) {
      for (String word : Words.ofSystemd(unit.expand(setting.value()))) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          String name = word.substring(0, equals);
          variables.put(name, new Variable(name, word.substring(equals + 1), setting.place()));
        }
      }
    }
    for (String path : unit.environmentPaths()) {
      for (Words.Variable v : Words.variables(unit.environments().getOrDefault(path, ""))) {
        variables.put(v.name(), new Variable(v.name(), v.value(), new Place(path, v.line())));
      }
    }
    return List.copyOf(variables.values());
  }
}
