package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.List;

/**
 * A unit's file, read as systemd reads it (systemd.syntax(7)).
 *
 * @param path where it is
 * @param text all of it
 * @param settings its settings in order
 * @param ignored the lines that are neither section nor setting, which systemd skips with a warning
 */
public record ParsedUnitFile(
    String path, String text, List<Setting> settings, List<Integer> ignored) {
  public ParsedUnitFile {
    settings = List.copyOf(settings);
    ignored = List.copyOf(ignored);
  }

  /**
   * One setting.
   *
   * @param section without its brackets
   * @param key the name
   * @param value as written, continued lines joined by a blank
   * @param place where it begins
   */
  public record Setting(String section, String key, String value, SourceLocation place) {}

  /** Reads a file's text. */
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
        continue; // also between lines that are continued
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
