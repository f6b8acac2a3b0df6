// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A web process that was set up by hand: a gunicorn service of systemd.
 *
 * @param unit its unit
 * @param command its gunicorn command line
 * @param config the settings of its configuration file
 * @param process its master process, if it runs
 * @param directory the directory of its code
 * @param user the user that it runs as
 * @param group the group that it runs as; empty for the user's primary group
 * @param variables its environment
 * @param exec the location of its command
 * @param twins other instances of the process
 */
public record WebProcess(
    Unit unit,
    GunicornCommand command,
    ConfigFile config,
    Optional<ServiceProcess> process,
    String directory,
    String user,
    String group,
    List<FoundApp.Variable> variables,
    SourceLocation exec,
    List<WebProcess> twins)
    implements FoundProcess {
  private static final String USUAL_BIND = "127.0.0.1:8000"; // gunicorn's default

  public WebProcess {
    variables = List.copyOf(variables);
    twins = List.copyOf(twins);
  }

  /** Returns this process with its other instances. */
  WebProcess with(List<WebProcess> others) {
    return new WebProcess(
        unit, command, config, process, directory, user, group, variables, exec, others);
  }

  @Override
  public List<Unit> units() {
    return Stream.concat(Stream.of(unit), twins.stream().map(WebProcess::unit)).toList();
  }

  @Override
  public String unitIn(Layout layout) {
    return layout.service();
  }

  @Override
  public void addKeys(Map<String, Object> keys, AppContext context) {
    new GunicornKeys(context).put(keys);
    FoundLimits.of(this).put(keys, "", new FoundLimits(Map.of()), context);
  }

  @Override
  public List<Map<String, String>> settings() {
    return List.of(command.settings(), config.settings());
  }

  @Override
  public List<String> logs() {
    return Stream.of("accesslog", "errorlog").flatMap(log -> configured(log).stream()).toList();
  }

  /** Returns the addresses that it listens on, of the running process and as configured. */
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
    String port = FoundApp.values(variables).get("PORT");
    if (binds.isEmpty()) {
      binds.add(port == null ? USUAL_BIND : "0.0.0.0:" + port);
    }
    twins.forEach(twin -> binds.addAll(twin.binds()));
    return binds.stream().distinct().toList();
  }

  // newer versions of gunicorn have a control socket for gunicornc
  private static boolean isControl(String bind) {
    return bind.endsWith(".ctl");
  }

  /**
   * Returns its addresses as {@code unix:PATH} or {@code tcp:PORT}, those of the running process
   * first.
   */
  public List<String> addresses() {
    return binds().stream().map(bind -> ListenAddress.ofBind(bind, directory)).distinct().toList();
  }

  /** Returns the addresses that its processes listen on now; the configured ones if none runs. */
  List<String> liveAddresses() {
    List<String> live =
        Stream.concat(Stream.of(this), twins.stream())
            .flatMap(instance -> instance.process().stream())
            .flatMap(running -> running.listens().stream())
            .map(bind -> ListenAddress.ofBind(bind, directory))
            .toList();
    return live.isEmpty() ? addresses() : addresses().stream().filter(live::contains).toList();
  }

  /** Returns an address to connect to from this machine: {@code unix:PATH} or {@code HOST:PORT}. */
  public String askedAt() {
    String bind = binds().getFirst();
    return ListenAddress.ofBind(bind, directory).startsWith(ListenAddress.TCP) && bind.contains(":")
        ? bind.replaceFirst("^(0\\.0\\.0\\.0|\\[::\\]|\\*)?:", "127.0.0.1:")
        : ListenAddress.asProxied(addresses().getFirst());
  }

  /** Returns its addresses for display: as configured, or else in a common form. */
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

  /** Returns the addresses that other machines can connect to, unless a firewall forbids it. */
  List<String> publicBinds() {
    return binds().stream().filter(bind -> !ListenAddress.isLocal(bind)).toList();
  }

  /** Returns the PATH of its environment. */
  public String searchPath() {
    return process
        .map(running -> running.environment().get("PATH"))
        .orElse(FoundApp.values(variables).getOrDefault("PATH", ""));
  }

  /** Returns the Python interpreter that runs it, or the program that its unit starts. */
  public String program() {
    return process
        .filter(running -> !isManaged())
        .map(running -> running.words().getFirst())
        .filter(word -> word.startsWith("/"))
        .orElse(command.program());
  }

  /**
   * Returns the directory of the virtualenv that it runs from, if its program's path suggests one.
   */
  public Optional<String> venv() {
    return venvs().stream().findFirst();
  }

  /** Returns all paths of that virtualenv. */
  List<String> venvs() {
    return Stream.of(program(), command.program())
        .filter(program -> program.matches("/.+/bin/[^/]+"))
        .filter(program -> !program.matches("/(usr/(local/)?)?bin/[^/]+"))
        .map(program -> program.substring(0, program.lastIndexOf("/bin/")))
        .distinct()
        .toList();
  }

  /** Returns a setting of gunicorn's command line. */
  Optional<String> setting(String setting) {
    return Optional.ofNullable(command.settings().get(setting));
  }

  /** Returns a setting of gunicorn's command line or configuration file. */
  Optional<String> configured(String setting) {
    return setting(setting).or(() -> config.get(setting));
  }

  /** Returns the location of a setting. */
  SourceLocation place(String setting) {
    return setting(setting).isEmpty() && config.sets(setting) ? config.place(setting) : exec;
  }

  /** Returns the number of its workers: the larger of the running and the configured number. */
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

  /** Returns the path of its health check. Below SCRIPT_NAME, gunicorn refuses all other paths. */
  public String healthPath() {
    String prefix = FoundApp.values(variables).getOrDefault("SCRIPT_NAME", "");
    return prefix.startsWith("/") ? prefix.replaceFirst("/*$", "/") : "/";
  }
}
