// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.List;

/**
 * A unit file, parsed as systemd does (systemd.syntax(7)).
 *
 * @param path its path
 * @param text its text
 * @param settings its settings in order
 * @param ignored the numbers of lines that are neither section nor setting, which systemd skips
 *     with a warning
 */
public record ParsedUnitFile(
    String path, String text, List<Setting> settings, List<Integer> ignored) {
  public ParsedUnitFile {
    settings = List.copyOf(settings);
    ignored = List.copyOf(ignored);
  }

  /**
   * A setting of the file.
   *
   * @param section the section's name without brackets
   * @param key the name
   * @param value as written; continued lines are joined by a blank
   * @param place the location of its first line
   */
  public record Setting(String section, String key, String value, SourceLocation place) {}

  /** Parses a file's text. */
  public static ParsedUnitFile of(String path, String text) {
    List<Setting> settings = new ArrayList<>();
    List<Integer> ignored = new ArrayList<>();
    String section = "";
    StringBuilder joined = new StringBuilder();
    int began = 0;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String stripped = line.strip();
      if (stripped.startsWith("#") || stripped.startsWith(";")) {
        continue; // comments may stand between continued lines
      }
      began = joined.isEmpty() ? number : began;
      boolean goesOn = stripped.endsWith("\\");
      joined.append(goesOn ? stripped.substring(0, stripped.length() - 1) + " " : stripped);
      if (goesOn) {
        continue;
      }
      String whole = joined.toString().strip();
      joined.setLength(0);
      int equals = whole.indexOf('=');
      if (whole.startsWith("[") && whole.endsWith("]")) {
        section = whole.substring(1, whole.length() - 1);
      } else if (equals > 0 && !section.isEmpty()) {
        String key = whole.substring(0, equals).strip();
        String value = whole.substring(equals + 1).strip();
        settings.add(new Setting(section, key, value, new SourceLocation(path, began)));
      } else if (!whole.isEmpty()) {
        ignored.add(began);
      }
    }
    return new ParsedUnitFile(path, text, settings, ignored);
  }
}
