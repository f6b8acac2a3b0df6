// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A unit file or drop-in that systemd reads, recognised by its path (systemd.unit(5), "Unit File
 * Load Path").
 *
 * @param unit the target of the file: a unit, a template such as {@code gunicorn@.service}, a
 *     prefix of names such as {@code foo-.service}, or a type such as {@code service}
 * @param isDropIn whether it is a drop-in, not a unit file
 */
public record UnitFilePath(String unit, boolean isDropIn) {
  /** The folders in which systemd looks for unit files, in its order: the first file found wins. */
  public static final List<String> FOLDERS =
      List.of(
          "/etc/systemd/system.control",
          "/run/systemd/system.control",
          "/run/systemd/transient",
          "/run/systemd/generator.early",
          "/etc/systemd/system",
          "/etc/systemd/system.attached",
          "/run/systemd/system",
          "/run/systemd/system.attached",
          "/run/systemd/generator",
          "/usr/local/lib/systemd/system",
          "/usr/lib/systemd/system",
          "/lib/systemd/system",
          "/run/systemd/generator.late");

  private static final Set<String> TYPES =
      Set.of(
          "automount",
          "device",
          "mount",
          "path",
          "scope",
          "service",
          "slice",
          "socket",
          "swap",
          "target",
          "timer");

  /** Returns the unit file or drop-in at {@code path}; empty if systemd does not read the path. */
  public static Optional<UnitFilePath> of(String path) {
    for (String folder : FOLDERS) {
      if (path.startsWith(folder + "/")) {
        String[] parts = path.substring(folder.length() + 1).split("/", -1);
        if (parts.length == 1 && hasType(parts[0])) {
          return Optional.of(new UnitFilePath(parts[0], false));
        }
        if (parts.length == 2 && parts[0].endsWith(".d") && parts[1].endsWith(".conf")) {
          String unit = parts[0].substring(0, parts[0].length() - ".d".length());
          return TYPES.contains(unit) || hasType(unit)
              ? Optional.of(new UnitFilePath(unit, true))
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the folder of the drop-in at {@code path}; empty if the path is no drop-in. */
  public static Optional<String> folderOfDropIn(String path) {
    return of(path)
        .filter(UnitFilePath::isDropIn)
        .map(_ -> path.substring(0, path.lastIndexOf('/')));
  }

  private static boolean hasType(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && TYPES.contains(name.substring(dot + 1));
  }

  /** Returns the type of a unit, which follows the last dot of its name. */
  public static String typeOf(String unit) {
    return unit.substring(unit.lastIndexOf('.') + 1);
  }

  /** Returns the template of an instance; empty if the unit is no instance. */
  public static Optional<String> templateOf(String unit) {
    int at = unit.indexOf('@');
    int dot = unit.lastIndexOf('.');
    return at < 0 || dot <= at + 1
        ? Optional.empty()
        : Optional.of(unit.substring(0, at + 1) + unit.substring(dot));
  }

  /** Tells whether {@link #unit} is a template, of which only instances run. */
  public boolean isTemplate() {
    return unit.contains("@.");
  }

  /** Tells whether systemd reads the file for a unit of this name. */
  public boolean isFor(String name) {
    return isDropIn
        ? unit.equals(typeOf(name)) || namesOf(name).contains(unit)
        : unit.equals(name) || templateOf(name).filter(unit::equals).isPresent();
  }

  /**
   * Returns the names under which systemd looks for a unit's drop-ins, in order of precedence. The
   * unit's type, which has the lowest precedence, is not included.
   */
  public static List<String> namesOf(String unit) {
    Set<String> names = new LinkedHashSet<>();
    addNames(unit, names);
    return List.copyOf(names);
  }

  // foo-bar@x.service, then foo-bar@.service, then the same for foo-
  private static void addNames(String unit, Set<String> names) {
    names.add(unit);
    templateOf(unit).ifPresent(names::add);
    int end = unit.indexOf('@') < 0 ? unit.lastIndexOf('.') : unit.indexOf('@');
    String prefix = unit.substring(0, end);
    String whole = prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) : prefix;
    int dash = whole.lastIndexOf('-');
    if (dash > 0) {
      addNames(whole.substring(0, dash + 1) + unit.substring(end), names);
    }
  }
}
