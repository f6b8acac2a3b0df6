// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.systemd.Specifiers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A systemd service: its unit file, and its drop-ins in the order in which they apply.
 *
 * @param name such as {@code gunicorn@shop.service}
 * @param state such as {@code active} or {@code failed}
 * @param enabled whether systemd starts it at boot
 * @param files its unit file and drop-ins; later ones override earlier ones
 * @param sockets the socket units that activate it
 * @param running its running processes
 * @param hostname the machine's name, for {@code %H}
 * @param environments the texts of its readable environment files, by path
 */
public record Unit(
    String name,
    String state,
    boolean enabled,
    List<ParsedUnitFile> files,
    List<String> sockets,
    Running running,
    String hostname,
    Map<String, String> environments) {
  private static final String SERVICE = "Service";
  private static final String MARK = "Made by reconcile";

  public Unit {
    files = List.copyOf(files);
    sockets = List.copyOf(sockets);
    environments = new TreeMap<>(environments);
  }

  /** Tells whether it runs now. */
  public boolean isRunning() {
    return state.equals("active") || state.equals("activating") || state.equals("reloading");
  }

  /**
   * Returns the instance name, between {@code @} and the suffix; empty for a unit that is no
   * instance.
   */
  public String instance() {
    int at = name.indexOf('@');
    return at < 0 ? "" : name.substring(at + 1, name.lastIndexOf('.'));
  }

  /** Tells whether reconcile made it, so that a tree already describes it. */
  boolean isMarked() {
    return files.stream().anyMatch(file -> file.text().contains(MARK));
  }

  /** Returns the unit with those of its files only that reconcile made. */
  Unit withMarkedFiles() {
    return new Unit(
        name,
        state,
        enabled,
        files.stream().filter(file -> file.text().contains(MARK)).toList(),
        sockets,
        running,
        hostname,
        environments);
  }

  /** Returns the path of its main file. */
  String path() {
    return files.isEmpty() ? name : files.getFirst().path();
  }

  /** Returns the name without instance and suffix. */
  public String prefix() {
    int at = name.indexOf('@');
    return name.substring(0, at < 0 ? name.lastIndexOf('.') : at);
  }

  /** Returns the paths of the environment files that it names. */
  public List<String> environmentPaths() {
    return all("EnvironmentFile").stream()
        .map(setting -> expand(setting.value()).replaceFirst("^-", ""))
        .toList();
  }

  /** Returns the effective value of a single-valued setting of [Service]: the last one. */
  Optional<ParsedUnitFile.Setting> last(String key) {
    List<ParsedUnitFile.Setting> values = all(key);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }

  /** Returns the values of a list setting of [Service]; an empty value resets the list. */
  List<ParsedUnitFile.Setting> all(String key) {
    return all(SERVICE, key);
  }

  /** Returns the values of a list setting of a section; an empty value resets the list. */
  List<ParsedUnitFile.Setting> all(String section, String key) {
    List<ParsedUnitFile.Setting> values = new ArrayList<>();
    for (ParsedUnitFile file : files) {
      for (ParsedUnitFile.Setting setting : file.settings()) {
        if (setting.section().equals(section) && setting.key().equals(key)) {
          if (setting.value().isEmpty()) {
            values.clear();
          } else {
            values.add(setting);
          }
        }
      }
    }
    return List.copyOf(values);
  }

  /** Tells whether a value has a specifier that {@link #expand} leaves as it is. */
  boolean hasUnknownSpecifier(String value) {
    return !specifiers().know(value);
  }

  /** Expands the specifiers of a value (systemd.unit(5)); unknown ones stay. */
  String expand(String value) {
    return value.contains("%") ? specifiers().expanded(value) : value;
  }

  private Specifiers specifiers() {
    return Specifiers.of(name, hostname);
  }

  /**
   * Returns the names of the settings, such as ExecStart, that contain a folder or a path in it.
   */
  public List<String> naming(String folder) {
    Pattern named =
        Pattern.compile("(^|[\\s\"'=:@+!-])" + Pattern.quote(folder) + "(/|$|[\\s\"':;])");
    Set<String> keys = new LinkedHashSet<>();
    for (ParsedUnitFile file : files) {
      for (ParsedUnitFile.Setting setting : file.settings()) {
        String key = setting.key();
        boolean counts =
            key.startsWith("Exec")
                || key.equals("WorkingDirectory")
                || key.equals("EnvironmentFile")
                || key.equals("RootDirectory");
        boolean current = all(key).contains(setting);
        if (counts && current && named.matcher(expand(setting.value())).find()) {
          keys.add(key);
        }
      }
    }
    return List.copyOf(keys);
  }

  /** Tells whether a command of the service contains a word, quoted or not. */
  public boolean runs(String word) {
    Pattern whole = Pattern.compile("(^|[\\s\"'/])" + Pattern.quote(word) + "($|[\\s\"'])");
    return all("ExecStart").stream().anyMatch(exec -> whole.matcher(expand(exec.value())).find());
  }
}
