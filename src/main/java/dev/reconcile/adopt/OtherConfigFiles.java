// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Configuration files of other programs on the host: units with their environment files, cron jobs,
 * configurations of other servers.
 *
 * @param texts path to text of the files that belong to no unit
 * @param units the units
 */
public record OtherConfigFiles(Map<String, String> texts, List<Unit> units) {
  public OtherConfigFiles {
    texts = new LinkedHashMap<>(texts);
    units = List.copyOf(units);
  }

  /**
   * A line that matches a pattern.
   *
   * @param who the name of the unit, or the path of the file
   * @param place the line's location
   */
  record Mention(String who, SourceLocation place) {}

  /**
   * Finds the units and files, except the app's own units, that match a pattern; each once, with
   * its first line.
   */
  List<Mention> mentions(Pattern wanted, FoundApp app) {
    Map<String, Mention> found = new LinkedHashMap<>();
    for (Unit unit : units) {
      boolean own =
          app.units().stream().anyMatch(mine -> mine.name().equals(unit.name()))
              || unit.name().equals(new Layout(app.name()).service());
      Map<String, String> files = new LinkedHashMap<>();
      if (!own) {
        unit.files().forEach(file -> files.put(file.path(), file.text()));
        files.putAll(unit.environments());
      }
      files.forEach((path, text) -> find(unit.name(), path, text, wanted, found));
    }
    texts.forEach((path, text) -> find(path, path, text, wanted, found));
    return new ArrayList<>(found.values());
  }

  private static void find(
      String who, String path, String text, Pattern wanted, Map<String, Mention> found) {
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      boolean comment = line.stripLeading().startsWith("#") || line.stripLeading().startsWith(";");
      if (!comment && wanted.matcher(line).find()) {
        found.putIfAbsent(who, new Mention(who, new SourceLocation(path, number)));
      }
    }
  }

  /** Returns a pattern that finds a folder, or a path below it, in any text. */
  static Pattern folder(String directory) {
    return Pattern.compile(
        "(?<![A-Za-z0-9._/-])" + Pattern.quote(directory) + "(?![A-Za-z0-9._-])");
  }
}
