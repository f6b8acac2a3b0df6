// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.systemd.CommandWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How systemd starts a service: its command, its account and its directory (systemd.service(5),
 * "Command lines", systemd.exec(5)).
 */
final class ServiceStart {
  private static final Pattern PREFIX = Pattern.compile("^[-@:+!|]+");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
  private static final Pattern GLOB = Pattern.compile(".*[*?\\[].*");

  /** Settings without which an app cannot be described. */
  private static final List<String> NEEDED =
      List.of("ExecStart", "WorkingDirectory", "User", "Group", "EnvironmentFile");

  private final Unit unit;
  private final HostFiles texts;
  private final Optional<ServiceProcess> master;

  /**
   * @param texts reads passwd(5)
   * @param master gunicorn's master process, if it runs
   */
  ServiceStart(Unit unit, HostFiles texts, Optional<ServiceProcess> master) {
    this.unit = unit;
    this.texts = texts;
    this.master = master;
  }

  private List<String> written() {
    return unit.last("ExecStart")
        .map(exec -> CommandWords.ofSystemd(exec.value()))
        .orElse(List.of());
  }

  private String prefix() {
    Matcher matcher = PREFIX.matcher(written().stream().findFirst().orElse(""));
    return matcher.find() ? matcher.group() : "";
  }

  /**
   * Returns the words of the command.
   *
   * @param variables the unit's environment
   */
  List<String> words(List<Variable> variables) {
    List<String> words = new ArrayList<>(written().stream().map(unit::expand).toList());
    String prefix = prefix();
    if (!words.isEmpty()) {
      words.set(0, words.getFirst().substring(prefix.length()));
    }
    if (prefix.contains("@") && words.size() > 1) {
      words.remove(1); // the name that the process gets
    }
    return prefix.contains(":") ? words : CommandWords.expanded(words, environment(variables));
  }

  // what the process got counts, too: systemd sets some variables, and PassEnvironment= others
  private Map<String, String> environment(List<Variable> variables) {
    Map<String, String> all = new HashMap<>();
    String user = user().orElse("root");
    column(user, 5).ifPresent(home -> all.put("HOME", home));
    all.put("USER", user);
    all.put("LOGNAME", user);
    master.ifPresent(running -> all.putAll(running.environment()));
    all.putAll(FoundApp.values(variables));
    return all;
  }

  /** Returns the user that the command runs as, if the unit tells; with "+" or "!" it is root. */
  Optional<String> user() {
    boolean root = prefix().contains("+") || prefix().replace("!!", "").contains("!");
    return root
        ? Optional.of("root")
        : unit.last("User").map(setting -> unit.expand(setting.value())).map(this::named);
  }

  /** Returns the group that the command runs as, if the unit names one that counts. */
  Optional<String> group() {
    return user().equals(Optional.of("root"))
            && unit.last("User").stream().noneMatch(setting -> setting.value().equals("root"))
            && !prefix().isEmpty()
        ? Optional.empty()
        : unit.last("Group").map(setting -> unit.expand(setting.value()));
  }

  private String named(String user) {
    boolean number = user.matches("[0-9]+");
    return number
        ? passwd().filter(row -> row[2].equals(user)).map(row -> row[0]).findFirst().orElse(user)
        : user;
  }

  private Stream<String[]> passwd() {
    return texts
        .of("/etc/passwd")
        .orElse("")
        .lines()
        .map(line -> line.split(":", -1))
        .filter(row -> row.length > 5);
  }

  private Optional<String> column(String user, int column) {
    return passwd().filter(row -> row[0].equals(user)).map(row -> row[column]).findFirst();
  }

  /** Returns the directory in which systemd starts the command; empty if the unit names none. */
  Optional<String> directory() {
    return unit.last("WorkingDirectory")
        .map(setting -> unit.expand(setting.value()).replaceFirst("^-", ""))
        .flatMap(path -> path.equals("~") ? home() : Optional.of(path))
        .filter(path -> path.startsWith("/"));
  }

  private Optional<String> home() {
    return user().flatMap(user -> column(user, 5));
  }

  /** Returns the reason why the unit's own text does not tell how it starts, if there is one. */
  Optional<String> trouble(List<Variable> variables) {
    return Stream.of(unknownSpecifier(), directoryTrouble(), environmentTrouble())
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> variableTrouble(variables));
  }

  private Optional<String> unknownSpecifier() {
    return NEEDED.stream()
        .flatMap(key -> unit.all(key).stream())
        .filter(setting -> unit.hasUnknownSpecifier(setting.value()))
        .map(setting ->
            "its %s= has a specifier (%%) whose value is unknown".formatted(setting.key()))
        .findFirst();
  }

  private Optional<String> directoryTrouble() {
    Optional<Setting> written = unit.last("WorkingDirectory");
    if (written.isEmpty()) {
      return Optional.empty();
    }
    String value = unit.expand(written.get().value());
    String path = value.replaceFirst("^-", "");
    String trouble = "";
    if (path.equals("~") && unit.last("User").isEmpty()) {
      trouble = "WorkingDirectory=~ is the home of the user in User=, which its unit does not have";
    } else if (path.equals("~") && home().isEmpty() && master.isEmpty()) {
      trouble =
          "WorkingDirectory=~ is the home of %s, which is not in /etc/passwd"
              .formatted(user().orElse("root"));
    } else if (!path.equals("~") && !path.startsWith("/") && path.equals(value)) {
      trouble =
          "its WorkingDirectory=%s is no absolute path, so systemd does not start it"
              .formatted(value);
    }
    return Optional.of(trouble).filter(text -> !text.isEmpty());
  }

  // A file with "-" may be missing. systemd ignores a path that is not absolute.
  private Optional<String> environmentTrouble() {
    for (Setting setting : unit.all("EnvironmentFile")) {
      String path = unit.expand(setting.value());
      String plain = path.replaceFirst("^-", "");
      if (plain.startsWith("/") && GLOB.matcher(plain).matches()) {
        return Optional.of(
            "its EnvironmentFile=%s names several files by a pattern".formatted(path));
      }
      if (path.startsWith("/") && !unit.environments().containsKey(path)) {
        return Optional.of(
            "its EnvironmentFile=%s cannot be read, so systemd does not start it again"
                .formatted(path));
      }
    }
    return Optional.empty();
  }

  // Within a word, a variable that is not set leaves a hole; a word of its own is left out.
  private Optional<String> variableTrouble(List<Variable> variables) {
    Map<String, String> known = environment(variables);
    return written().stream()
        .filter(_ -> !prefix().contains(":"))
        .flatMap(word -> VARIABLE.matcher(word.replace("$$", "")).results())
        .map(found -> found.group(1))
        .filter(name -> !known.containsKey(name))
        .map(name ->
            "its command uses ${%s}, which neither Environment= nor EnvironmentFile= sets"
                .formatted(name))
        .findFirst();
  }
}
