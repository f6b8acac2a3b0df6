// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import dev.reconcile.systemd.CommandWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service that runs a program of a virtualenv beside gunicorn, such as a queue worker. It becomes
 * a background process of the app whose code has the same directory.
 *
 * @param unit its unit
 * @param directory the directory of its code
 * @param venv the virtualenv of its program
 * @param words its command, the program without its directory
 * @param exec the location of its command
 * @param variables its environment
 */
record FoundCommand(
    Unit unit,
    String directory,
    String venv,
    List<String> words,
    SourceLocation exec,
    List<Variable> variables)
    implements FoundProcess {
  private static final Pattern PROGRAM = Pattern.compile("[-@:+!]*(/.+)/bin/([^/]+)");
  private static final Pattern SYSTEM = Pattern.compile("/usr(/local)?|/");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Pattern TIME = Pattern.compile("([0-9]+)\\s*(s|sec|m|min|h)?");
  private static final String STOP = "TimeoutStopSec";
  private static final String START_AND_STOP = "TimeoutSec";
  private static final Map<String, Pattern> SAME =
      Map.of(
          "Restart",
          Pattern.compile("always"),
          "RestartSec",
          Pattern.compile("5s?"),
          STOP,
          TIME,
          START_AND_STOP,
          TIME);
  private static final String PROCESSES = "processes";

  FoundCommand {
    words = List.copyOf(words);
    variables = List.copyOf(variables);
  }

  /**
   * Returns the process that a unit runs; empty if it does not run one program of a virtualenv for
   * as long as it is active.
   */
  static Optional<FoundCommand> find(Unit unit) {
    Optional<Setting> exec = unit.last("ExecStart");
    String type = unit.last("Type").map(Setting::value).orElse("simple");
    String directory =
        unit.last("WorkingDirectory")
            .map(setting -> unit.expand(setting.value()).replaceFirst("^-", ""))
            .map(path -> path.length() > 1 ? path.replaceFirst("/+$", "") : path)
            .orElse("");
    if (exec.isEmpty()
        || unit.all("ExecStart").size() != 1
        || !type.matches("simple|exec|notify")
        || !TextFormat.ABSOLUTE_PATH.accepts(directory)
        || exec.get().value().contains("$")
        || isServer(unit)) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(CommandWords.ofSystemd(unit.expand(exec.get().value())));
    Matcher program = PROGRAM.matcher(words.isEmpty() ? "" : words.getFirst());
    if (!program.matches() || SYSTEM.matcher(program.group(1)).matches()) {
      return Optional.empty();
    }
    words.set(0, program.group(2));
    boolean isWritable = words.stream().allMatch(word -> word.matches("[^\\p{Cntrl}]*"));
    return isWritable
        ? Optional.of(
            new FoundCommand(
                unit, directory, program.group(1), words, exec.get().place(), Variables.of(unit)))
        : Optional.empty();
  }

  // A server has clients at its address, which another process would not serve.
  private static boolean isServer(Unit unit) {
    return !unit.sockets().isEmpty()
        || !unit.running().listens().isEmpty()
        || unit.running().processes().stream().anyMatch(process -> !process.listens().isEmpty());
  }

  // "worker" for shop-worker.service, worker-shop.service and worker.service of the app shop
  private String name(String app) {
    String plain =
        unit.prefix()
            .toLowerCase(Locale.ROOT)
            .replace('.', '-')
            .replaceFirst("^" + Pattern.quote(app) + "[-_](?=.)", "")
            .replaceFirst("(?<=.)[-_]" + Pattern.quote(app) + "$", "");
    String usual = plain.equals(app) || plain.equals("web") ? words.getFirst() : plain;
    String name = usual.replaceAll("[^a-z0-9_-]", "-").replaceFirst("^[-_]+", "");
    return TextFormat.PROCESS_NAME.accepts(name) ? name : "worker";
  }

  @Override
  public List<Unit> units() {
    return List.of(unit);
  }

  @Override
  public String unitIn(Layout layout) {
    return layout.process(name(layout.app()), 1);
  }

  @Override
  public List<Map<String, String>> settings() {
    return List.of();
  }

  @Override
  public List<String> logs() {
    return List.of();
  }

  @Override
  public Optional<String> obstacle(FoundApp app) {
    String user = unit.last("User").map(setting -> unit.expand(setting.value())).orElse("root");
    if (!user.equals(app.user())) {
      return Optional.of(
          "it runs as %s, and %s runs as %s".formatted(user, app.name(), app.user()));
    }
    boolean isOther = !app.web().venvs().isEmpty() && !app.web().venvs().contains(venv);
    return isOther
        ? Optional.of("its program is not in the virtualenv of %s".formatted(app.name()))
        : app.processes().stream()
            .filter(FoundCommand.class::isInstance)
            .map(process -> ((FoundCommand) process).name(app.name()))
            .filter(name(app.name())::equals)
            .findFirst()
            .map(name -> "another process of %s is called %s".formatted(app.name(), name));
  }

  @Override
  public Map<String, Pattern> same() {
    return SAME;
  }

  @Override
  public Set<String> overridden() {
    return Set.of(STOP, START_AND_STOP);
  }

  @Override
  public boolean hasClients() {
    return false;
  }

  @Override
  public void addKeys(Map<String, Object> keys, AppContext context) {
    String app = context.app().name();
    Map<String, Object> process = new LinkedHashMap<>();
    process.put(
        "run",
        String.join(
            " ", words.stream().map(context.sourcing()::moved).map(FoundCommand::word).toList()));
    unit.last(STOP)
        .or(() -> unit.last(START_AND_STOP))
        .map(setting -> TIME.matcher(setting.value()))
        .filter(Matcher::matches)
        .ifPresent(time -> process.put("stop_timeout", duration(time)));
    Map<String, Object> env = env(context);
    if (!env.isEmpty()) {
      process.put("env", env);
    }
    FoundLimits.of(this)
        .put(
            process,
            "%s.%s.".formatted(PROCESSES, name(app)),
            FoundLimits.of(context.app().web()),
            context);
    Map<String, Object> all = new LinkedHashMap<>();
    if (keys.get(PROCESSES) instanceof Map<?, ?> others) {
      others.forEach((name, other) -> all.put(String.valueOf(name), other));
    }
    all.put(name(app), process);
    keys.put(PROCESSES, all);
    context
        .draft()
        .findings
        .taken(
            app,
            "%s becomes its process %s: processes.%s.".formatted(unit.name(), name(app), name(app)),
            exec);
  }

  private static String duration(Matcher time) {
    String unit = time.group(2) == null ? "s" : time.group(2).substring(0, 1);
    return time.group(1) + unit;
  }

  // A word in quotes as the section of commands reads it.
  private static String word(String word) {
    if (PLAIN.matcher(word).matches()) {
      return word;
    }
    return word.contains("'")
        ? "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\""
        : "'" + word + "'";
  }

  // The variables of the web process are those of all processes.
  private Map<String, Object> env(AppContext context) {
    Map<String, String> ofWeb = FoundApp.values(context.app().variables());
    Map<String, Object> env = new LinkedHashMap<>();
    for (Variable variable : variables) {
      String name = variable.name();
      if (variable.value().equals(ofWeb.get(name))) {
        continue;
      }
      boolean isSecret =
          SecretDetector.is(name, variable.value()) || Layout.isOfSecrets(variable.place().file());
      if (isSecret
          || !TextFormat.NAME.accepts(name)
          || !TextFormat.VALUE.accepts(variable.value())) {
        context
            .draft()
            .findings
            .question(
                context.app().name(),
                """
                %s sets %s, and the web process does not, or to another value. Its value is not \
                in the tree: add the variable to the secrets of the app.\
                """
                    .formatted(unit.name(), name),
                variable.place());
      } else {
        env.put(name, context.sourcing().moved(variable.value()));
      }
    }
    return env;
  }
}
