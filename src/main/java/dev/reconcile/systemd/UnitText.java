// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of a unit file, in order (systemd.syntax(7)).
 *
 * @param lines the settings, each with its section
 */
public record UnitText(List<Line> lines) {
  public UnitText {
    lines = List.copyOf(lines);
  }

  /**
   * A setting.
   *
   * @param section the name without brackets; empty before the first section
   * @param key the name of the setting
   * @param value the value as written, with continued lines joined
   */
  public record Line(String section, String key, String value) {
    /** Returns the setting with another value. */
    public Line with(String other) {
      return new Line(section, key, other);
    }

    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  /** Parses the text of a unit file. */
  public static UnitText parse(String text) {
    List<Line> lines = new ArrayList<>();
    String section = "";
    for (String line : joined(text)) {
      int equals = line.indexOf('=');
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1);
      } else if (equals > 0) {
        lines.add(
            new Line(
                section, line.substring(0, equals).strip(), line.substring(equals + 1).strip()));
      }
    }
    return new UnitText(lines);
  }

  // A backslash at the end continues a line; comments in between are ignored.
  private static List<String> joined(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder begun = new StringBuilder();
    for (String raw : text.split("\n", -1)) {
      String line = raw.strip();
      if (line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.endsWith("\\")) {
        begun.append(line, 0, line.length() - 1).append(' ');
      } else {
        lines.add(begun.append(line).toString().strip());
        begun.setLength(0);
      }
    }
    lines.add(begun.toString().strip());
    return lines;
  }

  /**
   * Replaces the specifiers that depend on the unit's name, because they would have other values in
   * another unit (systemd.unit(5), "Specifiers").
   */
  public UnitText resolved(String unit) {
    Specifiers specifiers = Specifiers.ofName(unit);
    return new UnitText(
        lines.stream().map(line -> line.with(specifiers.rewritten(line.value()))).toList());
  }

  /** Returns the values of a list setting; an empty value clears the values before it. */
  public List<String> values(String section, String key) {
    List<String> values = new ArrayList<>();
    for (Line line : lines) {
      if (line.section().equals(section) && line.key().equals(key)) {
        if (line.value().isEmpty()) {
          values.clear();
        } else {
          values.add(line.value());
        }
      }
    }
    return values;
  }

  /** Returns the words of all values of a list setting. */
  public List<String> words(String section, String key) {
    return values(section, key).stream()
        .flatMap(value -> Stream.of(value.split("\\s+", -1)))
        .toList();
  }

  /** Returns the last value of a setting, empty if there is none. */
  public String last(String section, String key) {
    return lines.stream()
        .filter(line -> line.section().equals(section) && line.key().equals(key))
        .reduce("", (earlier, line) -> line.value(), (a, b) -> b);
  }
}
