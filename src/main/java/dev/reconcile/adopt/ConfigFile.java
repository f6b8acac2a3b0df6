// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a gunicorn configuration file, which is a Python program. Only settings that a
 * line of its text sets to a constant are known; the file is not run.
 *
 * @param path the file's path
 * @param settings name to value; a list is joined by line breaks
 * @param lines name to the line that sets it
 */
record ConfigFile(String path, Map<String, String> settings, Map<String, Integer> lines) {
  /** A file that does not exist or cannot be read. */
  static final ConfigFile NONE = new ConfigFile("", Map.of(), Map.of());

  private static final Pattern ASSIGNMENT =
      Pattern.compile("([a-z_]+)(?:\\s*:\\s*\\w+)?\\s*=(?!=)\\s*(.*)");
  private static final Pattern TEXT =
      Pattern.compile("\\G\\s*(?:\"([^\"\\\\]*)\"|'([^'\\\\]*)')\\s*(?:,|(?=[)\\]#]|$))");
  private static final Pattern PLAIN =
      Pattern.compile("([0-9]{1,9}|[0-9]{1,9}\\.[0-9]+|True|False|None)\\s*(#.*)?");

  /** Parses a file's text. */
  static ConfigFile of(String path, String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      Matcher assignment = ASSIGNMENT.matcher(line);
      if (!assignment.matches()) {
        continue;
      }
      String name = String.valueOf(assignment.group(1));
      Optional<String> value = constant(String.valueOf(assignment.group(2)));
      settings.remove(name); // the value of an expression is unknown
      value.ifPresent(constant -> settings.put(name, constant));
      lines.put(name, number);
    }
    return new ConfigFile(path, settings, lines);
  }

  private static Optional<String> constant(String value) {
    Matcher plain = PLAIN.matcher(value);
    if (plain.matches()) {
      String word = String.valueOf(plain.group(1));
      return word.equals("None") ? Optional.empty() : Optional.of(word);
    }
    boolean list = value.startsWith("[") || value.startsWith("(");
    String rest = list ? value.substring(1) : value;
    List<String> texts = new ArrayList<>();
    Matcher text = TEXT.matcher(rest);
    int end = 0;
    while (text.find()) {
      texts.add(
          text.group(1) == null ? String.valueOf(text.group(2)) : String.valueOf(text.group(1)));
      end = text.end();
    }
    String left = rest.substring(end).replaceFirst("\\s*#.*", "").strip();
    boolean whole = list ? left.matches("[)\\]]") : left.isEmpty() && texts.size() == 1;
    return whole ? Optional.of(String.join("\n", texts)) : Optional.empty();
  }

  /** Returns a setting's value, if a line sets it to a constant. */
  Optional<String> get(String setting) {
    return Optional.ofNullable(settings.get(setting));
  }

  /** Tells whether the file sets it, to a constant or not. */
  boolean sets(String setting) {
    return lines.containsKey(setting);
  }

  /** Returns the location where a setting is set. */
  SourceLocation place(String setting) {
    return new SourceLocation(path, lines.getOrDefault(setting, 0));
  }
}
