// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys for an app's environment: {@code env}, and {@code secrets} for variables that only root
 * may read.
 *
 * <p>Invariant: neither the tree nor a finding has a value that looks like a secret.
 */
final class VariableKeys {
  /** Variables that reconcile's units, systemd and gunicorn set. */
  private static final Set<String> OWN =
      Set.of(
          "GUNICORN_APP",
          "GUNICORN_CMD_ARGS",
          "GUNICORN_PID",
          "GUNICORN_FD",
          "LISTEN_FDS",
          "LISTEN_PID",
          "LISTEN_FDNAMES",
          "NOTIFY_SOCKET",
          "WATCHDOG_PID",
          "WATCHDOG_USEC",
          "MAINPID");

  private final FoundApp app;
  private final Sourcing sourcing;
  private final Adoption.Draft draft;
  private final Map<String, Object> env = new LinkedHashMap<>();
  private final Map<String, Object> secrets = new LinkedHashMap<>();

  VariableKeys(FoundApp app, Sourcing sourcing, Adoption.Draft draft) {
    this.app = app;
    this.sourcing = sourcing;
    this.draft = draft;
  }

  void put(Map<String, Object> keys) {
    all().forEach(this::variable);
    files();
    if (!env.isEmpty()) {
      keys.put("env", env);
    }
    if (!secrets.isEmpty()) {
      keys.put("secrets", secrets);
    }
  }

  private void files() {
    for (String path : app.isManaged() ? List.<String>of() : app.unit().environmentPaths()) {
      if (app.unit().environments().containsKey(path)) {
        draft.findings.improvement(
            app.name(),
            path + " is no longer read: its variables are in the tree, as env and secrets.",
            SourceLocation.of(path));
      }
    }
  }

  // Variables of the command line override those of the unit.
  private List<Variable> all() {
    List<Variable> variables = new ArrayList<>(app.variables());
    app.web()
        .setting("raw_env")
        .ifPresent(lines ->
            lines
                .lines()
                .filter(line -> line.contains("="))
                .forEach(line ->
                    variables.add(
                        new Variable(
                            line.substring(0, line.indexOf('=')),
                            line.substring(line.indexOf('=') + 1),
                            app.exec()))));
    return variables;
  }

  private void variable(Variable variable) {
    String name = variable.name();
    String value = variable.value();
    boolean own =
        OWN.contains(name)
            || (name.equals("HOME")
                && value.equals("/run/" + new Layout(app.name()).runtimeFolder()));
    if (own) {
      return;
    }
    if (!TextFormat.NAME.accepts(name) || !TextFormat.VALUE.accepts(value)) {
      draft.findings.question(
          app.name(), "The tree cannot have the variable " + name + ".", variable.place());
    } else if (isSecret(variable)) {
      secret(variable);
    } else {
      env.put(name, sourcing.moved(value));
    }
  }

  private static boolean isSecret(Variable variable) {
    return Layout.isOfSecrets(variable.place().file())
        || SecretDetector.is(variable.name(), variable.value());
  }

  // The command copies the value from the process to a file without showing it.
  private void secret(Variable variable) {
    String folder = "/etc/reconcile/secrets/" + app.name();
    String file = folder + "/" + variable.name();
    secrets.put(variable.name(), file);
    if (app.isManaged()) {
      return;
    }
    draft.findings.question(
        app.name(),
        variable.name() + " looks like a secret: put its value into " + file + ".",
        variable.place());
    boolean readable =
        app.web().process().isEmpty()
            || app.web().process().get().pid() == app.unit().running().mainPid();
    if (!app.variables().contains(variable) || !readable) {
      return; // set by --env, or the process is not the unit's main process
    }
    draft.before.add(
        """
        (umask 077; mkdir -p %s; tr '\\0' '\\n' \
        </proc/$(systemctl show --property=MainPID --value %s)/environ | sed \
        -n 's/^%s=//p' >%s; test -s %s || echo '%s is empty: write the value \
        into it')\
        """
            .formatted(folder, app.unit().name(), variable.name(), file, file, file));
  }
}
