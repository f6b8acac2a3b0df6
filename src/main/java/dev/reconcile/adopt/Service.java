package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A gunicorn that systemd runs.
 *
 * @param name what the app is called in the tree
 * @param unit its unit
 * @param command how it is started
 * @param config what its configuration file sets
 * @param process it, if it runs
 * @param directory where its code is
 * @param user who runs it
 * @param group likewise; empty for the user's own
 * @param variables its environment
 * @param exec where its command is written
 * @param twins other instances of the same, which are this app too
 */
public record Service(
    String name,
    Unit unit,
    GunicornCommand command,
    ConfigFile config,
    Optional<ServiceProcess> process,
    String directory,
    String user,
    String group,
    List<Variable> variables,
    SourceLocation exec,
    List<Service> twins) {
  private static final String USUAL_BIND = "127.0.0.1:8000"; // gunicorn's own

  public Service {
    variables = List.copyOf(variables);
    twins = List.copyOf(twins);
  }

  /** The same with others that are it too. */
  Service with(String otherName, List<Service> others) {
    return new Service(
        otherName, unit, command, config, process, directory, user, group, variables, exec, others);
  }

  /** Its units. */
  List<Unit> units() {
    return Stream.concat(Stream.of(unit), twins.stream().map(Service::unit)).toList();
  }

  /**
   * A variable of its environment.
   *
   * @param name the variable
   * @param value its value
   * @param place where it is set
   */
  record Variable(String name, String value, SourceLocation place) {
    // a value may be a secret
    @Override
    public String toString() {
      return name;
    }
  }

  /** Whether reconcile made its unit, so that what it says follows a tree already. */
  boolean isManaged() {
    return unit.isMarked();
  }

  /** Whether the app's new unit takes its place; otherwise it goes on beside it. */
  boolean isReplaced() {
    return unit.name().equals(new Layout(name).service());
  }

  /** Where it listens, as it is written or as the running one has it. */
  List<String> binds() {
    List<String> binds = new ArrayList<>();
    if (!isManaged()) {
      process.ifPresent(running ->
          running.listens().stream().filter(bind -> !isControl(bind)).forEach(binds::add));
    }
    binds.addAll(command.binds());
    if (command.binds().isEmpty()) {
      config.get("bind").ifPresent(text -> binds.addAll(text.lines().toList()));
    }
    binds.addAll(unit.running().listens());
    String port = values(variables).get("PORT");
    if (binds.isEmpty()) {
      binds.add(port == null ? USUAL_BIND : "0.0.0.0:" + port);
    }
    twins.forEach(twin -> binds.addAll(twin.binds()));
    return binds.stream().distinct().toList();
  }

  // newer gunicorns have a socket for gunicornc
  private static boolean isControl(String bind) {
    return bind.endsWith(".ctl");
  }

  /** What it listens on: {@code unix:PATH} or {@code tcp:PORT}; where it does now comes first. */
  public List<String> addresses() {
    return binds().stream().map(bind -> ListenAddress.ofBind(bind, directory)).distinct().toList();
  }

  /** Where one of its processes listens now; what is only written if none runs. */
  List<String> liveAddresses() {
    List<String> live =
        Stream.concat(Stream.of(this), twins.stream())
            .flatMap(one -> one.process().stream())
            .flatMap(running -> running.listens().stream())
            .map(bind -> ListenAddress.ofBind(bind, directory))
            .toList();
    return live.isEmpty() ? addresses() : addresses().stream().filter(live::contains).toList();
  }

  /** Where this machine can ask it: {@code unix:PATH} or {@code HOST:PORT}. */
  public String askedAt() {
    String bind = binds().getFirst();
    return ListenAddress.ofBind(bind, directory).startsWith(ListenAddress.TCP) && bind.contains(":")
        ? bind.replaceFirst("^(0\\.0\\.0\\.0|\\[::\\]|\\*)?:", "127.0.0.1:")
        : ListenAddress.asProxied(addresses().getFirst());
  }

  /** The same as it is written, or in a person's words. */
  List<String> shownAddresses() {
    return addresses().stream()
        .map(address ->
            binds().stream()
                .filter(bind -> ListenAddress.ofBind(bind, directory).equals(address))
                .filter(bind -> bind.contains("/") || bind.contains(":"))
                .findFirst()
                .orElse(ListenAddress.shown(address)))
        .toList();
  }

  /** Where other machines could ask it, if they may. */
  List<String> publicBinds() {
    return binds().stream().filter(bind -> !ListenAddress.isLocal(bind)).toList();
  }

  /** What it will listen on. */
  String addressInTree() {
    return isManaged() ? addresses().getFirst() : ListenAddress.ofApp(name);
  }

  /** The PATH by which programs are found that it names without a folder. */
  public String searchPath() {
    return process
        .map(running -> running.environment().get("PATH"))
        .orElse(values(variables).getOrDefault("PATH", ""));
  }

  /** The interpreter of Python that runs it, or the program that its unit starts. */
  public String program() {
    return process
        .filter(running -> !isManaged())
        .map(running -> running.words().getFirst())
        .filter(word -> word.startsWith("/"))
        .orElse(command.program());
  }

  /** The folder of the virtualenv that it runs from, if it is one by its place. */
  public Optional<String> venv() {
    return venvs().stream().findFirst();
  }

  /** The same, by each of the paths that lead there. */
  List<String> venvs() {
    return Stream.of(program(), command.program())
        .filter(program -> program.matches("/.+/bin/[^/]+"))
        .filter(program -> !program.matches("/(usr/(local/)?)?bin/[^/]+"))
        .map(program -> program.substring(0, program.lastIndexOf("/bin/")))
        .distinct()
        .toList();
  }

  /** A setting of gunicorn's command line. */
  Optional<String> setting(String setting) {
    return Optional.ofNullable(command.settings().get(setting));
  }

  /** A setting of gunicorn, of its command line or of its configuration file. */
  Optional<String> configured(String setting) {
    return setting(setting).or(() -> config.get(setting));
  }

  /** Where a setting is written. */
  SourceLocation place(String setting) {
    return setting(setting).isEmpty() && config.sets(setting) ? config.place(setting) : exec;
  }

  /** How many workers it has: those that run, or more if more are written. */
  Optional<Integer> workers() {
    Optional<Integer> written =
        configured("workers").filter(text -> text.matches("[1-9][0-9]{0,2}")).map(Integer::valueOf);
    Optional<Integer> live =
        process.map(master -> unit.running().workers(master).size()).filter(count -> count > 0);
    Optional<Integer> own =
        live.isPresent() && written.isPresent()
            ? Optional.of(Math.max(live.get(), written.get()))
            : live.or(() -> written);
    return twins.isEmpty()
        ? own
        : own.map(count -> count + twins.stream().mapToInt(twin -> twin.workers().orElse(1)).sum());
  }

  /** What is asked for to see whether it works; under SCRIPT_NAME gunicorn refuses all else. */
  public String healthPath() {
    String prefix = values(variables).getOrDefault("SCRIPT_NAME", "");
    return prefix.startsWith("/") ? prefix.replaceFirst("/*$", "/") : "/";
  }

  /** The variables by name. */
  static Map<String, String> values(List<Variable> variables) {
    Map<String, String> values = new java.util.TreeMap<>();
    variables.forEach(variable -> values.put(variable.name(), variable.value()));
    return values;
  }
}
