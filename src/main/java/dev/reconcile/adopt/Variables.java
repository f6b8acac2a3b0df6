// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.systemd.CommandWords;
import dev.reconcile.systemd.EnvironmentFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The environment of a service. */
final class Variables {
  /** Variables that systemd, a login, a shell or gunicorn sets. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "PWD",
          "OLDPWD",
          "SHLVL",
          "_",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "TERM",
          "MAIL",
          "PS1",
          "LANG",
          "VIRTUAL_ENV_PROMPT",
          "INVOCATION_ID",
          "JOURNAL_STREAM",
          "NOTIFY_SOCKET",
          "MAINPID",
          "MANAGERPID",
          "CREDENTIALS_DIRECTORY",
          "SERVER_SOFTWARE");

  private static final Pattern OF_SYSTEMD =
      Pattern.compile("(LISTEN|WATCHDOG|SYSTEMD|GUNICORN|SUDO)_.*|[A-Z]+_DIRECTORY");

  private Variables() {}

  /**
   * Returns the variables of a unit with systemd's precedence: files override Environment=, later
   * ones override earlier ones, and UnsetEnvironment= removes variables.
   */
  static List<Variable> of(Unit unit) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (Setting setting : unit.all("Environment")) {
      for (String word : CommandWords.ofSystemd(unit.expand(setting.value()))) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          String name = word.substring(0, equals);
          variables.put(name, new Variable(name, word.substring(equals + 1), setting.place()));
        }
      }
    }
    for (String path : unit.environmentPaths()) {
      for (EnvironmentFile.Variable v :
          EnvironmentFile.variables(unit.environments().getOrDefault(path, ""))) {
        variables.put(
            v.name(), new Variable(v.name(), v.value(), new SourceLocation(path, v.line())));
      }
    }
    for (Setting setting : unit.all("UnsetEnvironment")) {
      for (String word : CommandWords.ofSystemd(unit.expand(setting.value()))) {
        variables.values().removeIf(v -> isUnset(v, word));
      }
    }
    return List.copyOf(variables.values());
  }

  private static boolean isUnset(Variable variable, String word) {
    return word.equals(variable.name()) || word.equals(variable.name() + "=" + variable.value());
  }

  /**
   * Returns the variables of a unit, and those that its program set before it started gunicorn.
   *
   * @param place the location that names the program
   */
  static List<Variable> of(Unit unit, ServiceProcess process, SourceLocation place) {
    List<Variable> variables = new ArrayList<>();
    for (Variable variable : of(unit)) {
      String value = process.environment().get(variable.name());
      if (value != null) {
        variables.add(new Variable(variable.name(), value, variable.place()));
      }
    }
    process
        .environment()
        .forEach((name, value) -> {
          boolean known =
              OF_OTHERS.contains(name)
                  || OF_SYSTEMD.matcher(name).matches()
                  || variables.stream().anyMatch(v -> v.name().equals(name));
          if (!known) {
            variables.add(new Variable(name, value, place));
          }
        });
    return List.copyOf(variables);
  }
}
