package dev.reconcile.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file that systemd reads for units, told by its path alone (systemd.unit(5), "Unit File Load
 * Path").
 *
 * @param unit what it is for: a unit, a template such as {@code gunicorn@.service}, the first part
 *     of names such as {@code foo-.service}, or a type such as {@code service}
 * @param isDropIn whether it adds to a unit instead of being the whole unit
 */
public record UnitFilePath(String unit, boolean isDropIn) {
  /** Where systemd looks for files of units, in its order: the first one found wins. */
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

  /** What the file at {@code path} is to systemd; empty if it is nothing. */
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

  /** The folder of the drop-in at {@code path}; empty if that is none. */
  public static Optional<String> folderOfDropIn(String path) {
    return of(path)
        .filter(UnitFilePath::isDropIn)
        .map(_ -> path.substring(0, path.lastIndexOf('/')));
  }

  private static boolean hasType(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && TYPES.contains(name.substring(dot + 1));
  }

  /** The type of a unit: what stands after the last dot of its name. */
  public static String typeOf(String unit) {
    return unit.substring(unit.lastIndexOf('.') + 1);
  }

  /** The template of an instance; empty if the unit is none. */
  public static Optional<String> templateOf(String unit) {
    int at = unit.indexOf('@');
    int dot = unit.lastIndexOf('.');
    return at < 0 || dot <= at + 1
        ? Optional.empty()
        : Optional.of(unit.substring(0, at + 1) + unit.substring(dot));
  }

  /** Whether {@link #unit} names a template, of which only instances run. */
  public boolean isTemplate() {
    return unit.contains("@.");
  }

  /** Whether systemd reads the file for a unit of this name. */
  public boolean isFor(String name) {
    return isDropIn
        ? unit.equals(typeOf(name)) || namesOf(name).contains(unit)
        : unit.equals(name) || templateOf(name).filter(unit::equals).isPresent();
  }

  /**
   * The names under which systemd looks for drop-ins of a unit, the one that wins first. Its type
   * comes after them all.
   */
  public static List<String> namesOf(String unit) {
    Set<String> names = new LinkedHashSet<>();
    addNames(unit, names);
    return List.copyOf(names);
  }

  // foo-bar@x.service, then foo-bar@.service, then the same of foo-
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
