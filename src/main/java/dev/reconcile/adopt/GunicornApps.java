// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.model.TextFormat;
import dev.reconcile.systemd.CommandWords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The search for apps among systemd's services. A service is an app if it runs gunicorn, even if
 * another program starts it.
 */
public final class GunicornApps {
  private static final Pattern NAMED = Pattern.compile("(^|[\\s/'\"])gunicorn3?([\\s'\"]|$)");

  private final HostFiles texts;
  private final AdoptionFindings findings;
  private final Set<String> names = new HashSet<>();

  private GunicornApps(HostFiles texts, AdoptionFindings findings) {
    this.texts = texts;
    this.findings = findings;
  }

  /**
   * Returns the apps of these units, in their order.
   *
   * @param texts reads the files that the units name
   * @param findings collects the units that are left out, with the reason
   */
  public static List<FoundApp> find(List<Unit> units, HostFiles texts, AdoptionFindings findings) {
    return find(units, texts, FoundProcess.finders(), findings);
  }

  /**
   * Returns the apps of these units.
   *
   * @param finders find the processes besides gunicorn
   */
  static List<FoundApp> find(
      List<Unit> units,
      HostFiles texts,
      List<FoundProcess.Finder> finders,
      AdoptionFindings findings) {
    GunicornApps apps = new GunicornApps(texts, findings);
    List<FoundApp> found = new ArrayList<>();
    List<FoundProcess> others = new ArrayList<>();
    for (Unit unit : units) {
      boolean named =
          unit.last("ExecStart").stream().anyMatch(exec -> NAMED.matcher(exec.value()).find());
      if (named || !unit.running().masters().isEmpty()) {
        apps.read(unit).ifPresent(found::add);
        continue;
      }
      Optional<? extends FoundProcess> other =
          finders.stream().flatMap(finder -> finder.find(unit, texts).stream()).findFirst();
      if (other.isPresent()) {
        others.add(other.get());
      } else if (unit.path().startsWith("/etc/")) {
        findings.left("", unit.name() + " is no gunicorn app.", SourceLocation.of(unit.path()));
      }
    }
    others.forEach(process -> apps.attach(process, found));
    return List.copyOf(found);
  }

  // A process belongs to the first app that runs from the same directory.
  private void attach(FoundProcess process, List<FoundApp> found) {
    Unit unit = process.unit();
    if (isUnused(unit, process.exec())) {
      return;
    }
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).directory().equals(process.directory())) {
        Optional<String> obstacle = process.obstacle(found.get(i));
        if (obstacle.isEmpty()) {
          found.set(i, found.get(i).and(process));
        } else {
          findings.left(
              found.get(i).name(),
              "%s is not adopted, because %s.".formatted(unit.name(), obstacle.get()),
              process.exec());
        }
        return;
      }
    }
    if (unit.path().startsWith("/etc/")) {
      findings.left(
          "",
          "%s is not adopted, because no gunicorn app runs from %s."
              .formatted(unit.name(), process.directory()),
          process.exec());
    }
  }

  private boolean isUnused(Unit unit, SourceLocation place) {
    if (unit.isRunning() || unit.enabled()) {
      return false;
    }
    findings.left("", unit.name() + " is neither enabled nor running, so it is left out.", place);
    return true;
  }

  private Optional<FoundApp> read(Unit unit) {
    Optional<Setting> exec = unit.last("ExecStart");
    SourceLocation place = exec.map(Setting::place).orElse(SourceLocation.of(unit.path()));
    if (isUnused(unit, place)) {
      return Optional.empty();
    }
    List<ServiceProcess> masters = unit.running().masters();
    boolean forOthers = masters.stream().anyMatch(master -> !unit.running().isFor(master));
    if (masters.size() > 1 || forOthers) {
      return refused(
          unit,
          place,
          "it starts " + shown(masters) + ", but an app's unit runs one gunicorn and nothing else");
    }
    Optional<ServiceProcess> master = masters.stream().findFirst();
    List<Variable> variables = Variables.of(unit);
    List<String> more = CommandWords.ofShell(value(variables, "GUNICORN_CMD_ARGS"));
    ServiceStart start = new ServiceStart(unit, texts, master);
    List<String> words = start.words(variables);
    Optional<GunicornCommand> command = GunicornCommand.of(words, more);
    Optional<String> trouble = start.trouble(variables);
    if (trouble.isPresent()) {
      return refused(unit, place, trouble.get());
    }
    if (command.isPresent()) {
      return usable(start, unit, place, command.get(), variables, master);
    }
    if (master.isEmpty()) {
      return refused(
          unit,
          place,
          "another program starts gunicorn, and gunicorn does not run now, so its command is unknown");
    }
    Optional<GunicornCommand> seen = GunicornCommand.of(master.get().words(), more);
    if (seen.isEmpty()) {
      return refused(
          unit,
          place,
          """
          another program starts gunicorn, and gunicorn has set its process title, so \
          its command is unknown\
          """);
    }
    Optional<FoundApp> app =
        usable(start, unit, place, seen.get(), Variables.of(unit, master.get(), place), master);
    app.ifPresent(found -> new Launcher(texts, findings).say(found, words));
    return app;
  }

  private static String shown(List<ServiceProcess> masters) {
    return masters.stream()
        .map(master ->
            "a gunicorn (process %s%s)"
                .formatted(
                    master.pid(),
                    master.listens().isEmpty() ? "" : ", " + String.join(" ", master.listens())))
        .collect(Collectors.joining(" and "));
  }

  private static String value(List<Variable> variables, String name) {
    return FoundApp.values(variables).getOrDefault(name, "");
  }

  private Optional<FoundApp> refused(Unit unit, SourceLocation place, String why) {
    findings.left("", unit.name() + " is not adopted, because " + why + ".", place);
    return Optional.empty();
  }

  private Optional<FoundApp> usable(
      ServiceStart unitStart,
      Unit unit,
      SourceLocation place,
      GunicornCommand command,
      List<Variable> variables,
      Optional<ServiceProcess> master) {
    String start = unitStart.directory().or(() -> master.map(ServiceProcess::directory)).orElse("");
    ConfigFile config = config(command, start);
    String directory =
        trimmed(
            Optional.ofNullable(command.settings().get("chdir"))
                .or(() -> config.get("chdir"))
                .map(path -> path.startsWith("/") ? path : start + "/" + path)
                .orElse(start));
    String name = name(unit, directory);
    Optional<String> problem = problem(name, directory, module(command, config), config);
    if (problem.isPresent()) {
      return refused(unit, place, problem.get());
    }
    WebProcess web =
        new WebProcess(
            unit,
            command,
            config,
            master,
            directory,
            account("user", ServiceProcess::user, unit, command, config, master)
                .or(unitStart::user)
                .orElse("root"),
            account("group", ServiceProcess::group, unit, command, config, master)
                .or(unitStart::group)
                .orElse(""),
            variables,
            place,
            List.of());
    if (web.addresses().stream().noneMatch(ListenAddress::isKnown)) {
      return refused(
          unit, place, "its address, " + web.binds().getFirst() + ", is neither a path nor a port");
    }
    names.add(name);
    return Optional.of(new FoundApp(name, web, List.of()));
  }

  /** Tells whether an app can have a name. */
  static boolean isName(String name) {
    return TextFormat.APP_NAME.accepts(name);
  }

  private Optional<String> problem(
      String name, String directory, String module, ConfigFile config) {
    String problem = "";
    if (!TextFormat.APP_NAME.accepts(name) || names.contains(name)) {
      problem = "\"" + name + "\" is no valid name of an app, or another app has it";
    } else if (directory.length() < 2 || !TextFormat.ABSOLUTE_PATH.accepts(directory)) {
      problem = "neither --chdir nor WorkingDirectory= names the directory of its code";
    } else if (!TextFormat.WSGI_APP.accepts(module)) {
      problem =
          module.isEmpty()
              ? "its command does not name the app to serve, as module:callable"
              : "its app, " + module + ", does not have the form module:callable";
    } else if (config.get("daemon").stream().anyMatch("True"::equals)) {
      problem = config.path() + " makes gunicorn a daemon, which systemd would lose track of";
    }
    return Optional.of(problem).filter(text -> !text.isEmpty());
  }

  // gunicorn reads ./gunicorn.conf.py unless --config names another file
  private ConfigFile config(GunicornCommand command, String start) {
    String named = command.settings().getOrDefault("config", "./gunicorn.conf.py");
    String path = named.replaceFirst("^file:", "").replaceFirst("^(\\./)+", "");
    String whole = path.startsWith("/") ? path : start + "/" + path;
    return whole.startsWith("/")
        ? texts.of(whole).map(text -> ConfigFile.of(whole, text)).orElse(ConfigFile.NONE)
        : ConfigFile.NONE;
  }

  private static String trimmed(String path) {
    return path.length() > 1 ? path.replaceFirst("/+$", "") : path;
  }

  /** Returns the WSGI app. As in gunicorn, a module alone means its "application". */
  static String module(GunicornCommand command, ConfigFile config) {
    String app =
        command.app().isEmpty()
            ? Optional.ofNullable(command.settings().get("wsgi_app"))
                .or(() -> config.get("wsgi_app"))
                .orElse("")
            : command.app();
    return app.isEmpty() || app.contains(":") ? app : app + ":application";
  }

  // the user or group of the running workers, however it was set
  private static Optional<String> account(
      String setting,
      Function<ServiceProcess, String> actual,
      Unit unit,
      GunicornCommand command,
      ConfigFile config,
      Optional<ServiceProcess> master) {
    return master
        .flatMap(running -> unit.running().workers(running).stream().findFirst())
        .map(actual)
        .or(() -> Optional.ofNullable(command.settings().get(setting)))
        .or(() -> config.get(setting));
  }

  // "shop" for gunicorn@shop.service, shop.service and gunicorn-shop.service. The app of
  // gunicorn.service is named after its directory. A numeric instance is appended to the unit's
  // name.
  private static String name(Unit unit, String directory) {
    String instance = unit.instance();
    String name =
        instance.isEmpty()
            ? unit.prefix()
            : instance.matches("[0-9]+") ? unit.prefix() + "-" + instance : instance;
    String telling =
        name.equals("gunicorn") ? directory.substring(directory.lastIndexOf('/') + 1) : name;
    return telling
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^gunicorn[-_.](?=.)", "")
        .replaceFirst("(?<=.)[-_.]gunicorn$", "")
        .replace('.', '_')
        .replaceAll("\\\\x2d", "-");
  }
}
