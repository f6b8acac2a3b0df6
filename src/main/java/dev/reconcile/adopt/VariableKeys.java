package dev.reconcile.adopt;

import dev.reconcile.adopt.Service.Variable;
import dev.reconcile.model.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An app's environment: {@code env}, and {@code secrets} for what only root may read.
 *
 * <p>Invariant: no value that looks like a secret is in the tree or in a finding.
 */
final class VariableKeys {
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i)(?!(OLD)?PWD$).*(SECRET|PASS|PWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|_KEY$|^KEY$|SALT|DSN|DATABASE_UR[LI]).*");
  private static final Pattern SECRET_VALUE =
      Pattern.compile("(?s).*(://[^/\\s]*:[^/\\s]*@|-----BEGIN ).*");

  /** What the units of reconcile, systemd and gunicorn set themselves. */
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

  private final Service service;
  private final Adoption.Draft draft;
  private final Map<String, Object> env = new LinkedHashMap<>();
  private final Map<String, Object> secrets = new LinkedHashMap<>();

  VariableKeys(Service service, Adoption.Draft draft) {
    this.service = service;
    this.draft = draft;
  }

  void put(Map<String, Object> keys) {
    all().forEach(this::variable);
    if (!env.isEmpty()) {
      keys.put("env", env);
    }
    if (!secrets.isEmpty()) {
      keys.put("secrets", secrets);
    }
  }

  // Those of the command line go over those of the unit.
  private List<Variable> all() {
    List<Variable> variables = new ArrayList<>(service.variables());
    service
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
                            service.exec()))));
    return variables;
  }

  private void variable(Variable variable) {
    String name = variable.name();
    String value = variable.value();
    boolean own =
        OWN.contains(name)
            || (name.equals("HOME") && value.equals("/run/gunicorn-" + service.name()));
    if (own) {
      return;
    }
    if (!Rule.NAME.accepts(name) || !Rule.VALUE.accepts(value)) {
      draft.findings.question(
          service.name(), "The tree cannot have the variable " + name + ".", variable.place());
    } else if (isSecret(variable)) {
      secret(variable);
    } else {
      env.put(name, moved(value));
    }
  }

  // A path into a virtualenv that is elsewhere in the tree leads there.
  private String moved(String value) {
    return service
        .venv()
        .map(now -> value.replaceAll(Pattern.quote(now) + "(?=[/:]|$)", service.venvInTree()))
        .orElse(value);
  }

  private static boolean isSecret(Variable variable) {
    return variable.place().file().endsWith(".secrets.env")
        || SECRET_NAME.matcher(variable.name()).matches()
        || SECRET_VALUE.matcher(variable.value()).matches();
  }

  // The value goes from the process to a file without being shown.
  private void secret(Variable variable) {
    String folder = "/etc/reconcile/secrets/" + service.name();
    String file = folder + "/" + variable.name();
    secrets.put(variable.name(), file);
    if (service.isManaged()) {
      return;
    }
    draft.findings.question(
        service.name(),
        variable.name() + " looks like a secret: put its value into " + file + ".",
        variable.place());
    if (!service.variables().contains(variable)) {
      return; // gunicorn's own, which cannot be read from its process
    }
    draft.before.add(
        "(umask 077; mkdir -p "
            + folder
            + "; tr '\\0' '\\n' </proc/$(systemctl show --property=MainPID --value "
            + service.unit().name()
            + ")/environ | sed -n 's/^"
            + variable.name()
            + "=//p' >"
            + file
            + "; test -s "
            + file
            + " || echo '"
            + file
            + " is empty: write the value into it')");
  }
}
