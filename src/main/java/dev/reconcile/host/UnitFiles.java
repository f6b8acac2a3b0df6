// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files that systemd reads for units. If any of them changes, including a drop-in that a user
 * adds, systemd reports that the unit needs a daemon-reload (systemd.unit(5), table 1).
 */
public final class UnitFiles {
  /**
   * The folders in which packages and administrators put unit files, in systemd's order
   * (systemd.unit(5), table 1).
   */
  public static final List<String> FOLDERS =
      List.of(
          "/etc/systemd/system.control",
          "/run/systemd/system.control",
          "/etc/systemd/system",
          "/run/systemd/system",
          "/usr/local/lib/systemd/system",
          "/usr/lib/systemd/system");

  private static final String TYPES_OF_UNITS =
      "automount device mount path scope service slice socket swap target timer";

  private final FileFacts files;
  private final List<String> beginnings;
  private final Set<String> typeWide = new HashSet<>();
  private final Map<String, String> places = new HashMap<>();

  /**
   * @param files the facts of files
   * @param patterns glob patterns of unit names; the text before the first special character is
   *     used
   */
  UnitFiles(FileFacts files, List<String> patterns) {
    this.files = files;
    this.beginnings = patterns.stream().map(UnitFiles::beginning).distinct().toList();
    for (String pattern : patterns) {
      String type = beginning(pattern.substring(pattern.lastIndexOf('.') + 1));
      for (String unitType : TYPES_OF_UNITS.split(" ", -1)) {
        if (!pattern.contains(".") || unitType.startsWith(type)) {
          typeWide.add(unitType + ".d");
        }
      }
    }
  }

  private static String beginning(String pattern) {
    int end = 0;
    while (end < pattern.length() && "*?[".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /** Observes all files. */
  void see() throws HostException {
    for (String folder : FOLDERS) {
      for (String name : files.list(folder)) {
        if (beginnings.stream().anyMatch(name::startsWith) || isForMany(name)) {
          places.putIfAbsent(name, folder + "/" + name);
          seeOne(folder + "/" + name);
        }
      }
    }
  }

  // Drop-ins for all units of a type, or for all units whose names have a prefix that ends in a
  // dash, such as a-.service.d for a-b.service.
  private boolean isForMany(String name) {
    if (!name.endsWith(".d")) {
      return false;
    }
    int dash = Math.max(name.indexOf("-."), name.indexOf("-@"));
    return typeWide.contains(name)
        || (dash > 0
            && beginnings.stream()
                .anyMatch(beginning -> beginning.startsWith(name.substring(0, dash + 1))));
  }

  /**
   * Returns the file that systemd uses for a unit, of those that were observed; empty if there is
   * none. The directories are in systemd's order (systemd.unit(5), table 1).
   */
  String fileOf(String unit) {
    int at = unit.indexOf('@');
    String template =
        at < 0 ? unit : unit.substring(0, at + 1) + unit.substring(unit.lastIndexOf('.'));
    return places.getOrDefault(unit, places.getOrDefault(template, ""));
  }

  private void seeOne(String path) throws HostException {
    Optional<Stat> stat = files.seeContent(path);
    if (stat.isPresent() && stat.get().type() == Stat.Type.DIRECTORY) {
      for (String name : files.list(path)) {
        files.seeContent(path + "/" + name);
      }
    }
    if (stat.isPresent() && stat.get().type() == Stat.Type.LINK) {
      Optional<String> linked = files.realPath(path);
      if (linked.isPresent() && isFile(linked.get())) {
        files.seeContent(linked.get());
      }
    }
  }

  // false for /dev/null, the target of a masked unit
  private boolean isFile(String path) throws HostException {
    return files.stat(path).filter(stat -> stat.type() == Stat.Type.FILE).isPresent();
  }
}
