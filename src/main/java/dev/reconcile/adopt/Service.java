package dev.reconcile.adopt;

import dev.reconcile.model.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gunicorn that systemd runs.
 *
 * @param name what the app is called in the tree
 * @param unit its unit
 * @param command how it is started
 * @param directory where its code is
 * @param user who runs it
 * @param group likewise; empty for the user's own
 * @param variables its environment
 * @param exec where its command is written
 */
public record Service(
    String name,
    Unit unit,
    GunicornCommand command,
    String directory,
    String user,
    String group,
    List<Variable> variables,
    Place exec) {
  private static final String MARK = "Made by reconcile";

  public Service {
    variables = List.copyOf(variables);
  }

  /**
   * A variable of its environment.
   *
   * @param name the variable
   * @param value its value
   * @param place where it is set
   */
  record Variable(String name, String value, Place place) {
    // a value may be a secret
    @Override
    public String toString() {
      return name;
    }
  }

  /** Whether reconcile made its unit, so that what it says follows a tree already. */
  boolean isManaged() {
    return unit.files().stream().anyMatch(file -> file.text().contains(MARK));
  }

  /** Whether the app's new unit takes its place; otherwise it goes on beside it. */
  boolean isReplaced() {
    return unit.name().equals("gunicorn@" + name + ".service");
  }

  /** What it listens on: {@code unix:PATH} or {@code tcp:PORT}. */
  public List<String> addresses() {
    return command.binds().stream().map(bind -> Address.ofBind(bind, directory)).toList();
  }

  /** What it will listen on. */
  String addressInTree() {
    return isManaged() ? addresses().getFirst() : Address.ofApp(name);
  }

  /** The folder of the virtualenv that it runs from, if it is one by its place. */
  public Optional<String> venv() {
    String program = command.program();
    return program.matches("/.+/bin/[^/]+") && !program.matches("/(usr/(local/)?)?bin/[^/]+")
        ? Optional.of(program.substring(0, program.lastIndexOf("/bin/")))
        : Optional.empty();
  }

  /** Where its virtualenv is in the tree: where it is now, unless that is inside the code. */
  String venvInTree() {
    String usual = "/opt/py_envs/" + name;
    return venv()
        .filter(now -> !(now + "/").startsWith(directory + "/") && Rule.ABSOLUTE_PATH.accepts(now))
        .orElse(usual);
  }

  /** A setting of gunicorn. */
  Optional<String> setting(String setting) {
    return Optional.ofNullable(command.settings().get(setting));
  }

  /** The variables by name. */
  static Map<String, String> values(List<Variable> variables) {
    Map<String, String> values = new java.util.TreeMap<>();
    variables.forEach(variable -> values.put(variable.name(), variable.value()));
    return values;
  }
}
