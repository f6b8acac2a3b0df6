// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.python.Assignment;
import dev.reconcile.python.Literal;
import dev.reconcile.python.PythonModule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings of a gunicorn configuration file, which is a Python program. Only settings that its
 * text sets to a constant are known; the file is not run.
 *
 * @param path the file's path
 * @param settings name to value; a list is joined by line breaks
 * @param lines name to the line that sets it
 */
record ConfigFile(String path, Map<String, String> settings, Map<String, Integer> lines) {
  /** A file that does not exist or cannot be read. */
  static final ConfigFile NONE = new ConfigFile("", Map.of(), Map.of());

  /** Parses a file's text. */
  static ConfigFile of(String path, String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (Assignment assignment : PythonModule.assignments(text).values()) {
      lines.put(assignment.name(), assignment.line());
      constant(assignment.value()).ifPresent(value -> settings.put(assignment.name(), value));
    }
    return new ConfigFile(path, settings, lines);
  }

  // None is gunicorn's default, and the value of an expression is unknown.
  private static Optional<String> constant(Literal value) {
    return switch (value) {
      case Literal.Text text -> Optional.of(text.value());
      case Literal.Whole number -> Optional.of(Long.toString(number.value()));
      case Literal.Flag flag -> Optional.of(flag.value() ? "True" : "False");
      case Literal.Many many -> Optional.of(many.texts().collect(Collectors.joining("\n")));
      case Literal.Nothing _, Literal.Computed _ -> Optional.empty();
    };
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
