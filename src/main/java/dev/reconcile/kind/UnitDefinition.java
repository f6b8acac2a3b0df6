// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.HostException;
import dev.reconcile.model.UnitFilePath;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The files that systemd reads for a unit (systemd.unit(5), "Unit File Load Path"). */
public final class UnitDefinition {
  private UnitDefinition() {}

  /**
   * Returns the files in systemd's order: the unit file, then the drop-ins by name. Of drop-ins
   * with one name the first found wins, and a link to /dev/null hides the others.
   *
   * @param unit the unit's full name
   * @param files the files that systemd will find
   */
  public static List<PlannedFiles.Text> of(String unit, PlannedFiles files) throws HostException {
    List<PlannedFiles.Text> texts = new ArrayList<>();
    fragment(unit, files).ifPresent(texts::add);
    texts.addAll(dropIns(unit, files).values());
    return texts;
  }

  private static Optional<PlannedFiles.Text> fragment(String unit, PlannedFiles files)
      throws HostException {
    List<String> names = new ArrayList<>(List.of(unit));
    UnitFilePath.templateOf(unit).ifPresent(names::add);
    for (String name : names) {
      for (String folder : UnitFilePath.FOLDERS) {
        Optional<PlannedFiles.Text> text = files.text(folder + "/" + name);
        if (text.isPresent()) {
          return text;
        }
      }
    }
    return Optional.empty();
  }

  private static NavigableMap<String, PlannedFiles.Text> dropIns(String unit, PlannedFiles files)
      throws HostException {
    NavigableMap<String, PlannedFiles.Text> found = new TreeMap<>();
    for (String folder : UnitFilePath.FOLDERS) {
      for (String name : UnitFilePath.namesOf(unit)) {
        collect(folder + "/" + name + ".d", files, found);
      }
    }
    for (String folder : UnitFilePath.FOLDERS) {
      collect(folder + "/" + UnitFilePath.typeOf(unit) + ".d", files, found);
    }
    return found;
  }

  private static void collect(
      String folder, PlannedFiles files, NavigableMap<String, PlannedFiles.Text> found)
      throws HostException {
    for (String name : files.list(folder)) {
      if (name.endsWith(".conf") && !found.containsKey(name)) {
        files.text(folder + "/" + name).ifPresent(text -> found.put(name, text));
      }
    }
  }
}
