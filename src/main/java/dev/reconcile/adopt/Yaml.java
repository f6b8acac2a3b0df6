// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A writer of YAML from maps, lists and texts.
 *
 * <p>Invariant: reading the output gives the same values, whatever the texts are. The layout is
 * that of hand-written YAML.
 */
final class Yaml {
  /** Words that some YAML readers do not read as text. */
  private static final Set<String> SPECIAL =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder out = new StringBuilder();

  private Yaml() {}

  /** Returns the YAML of a map; values are maps, lists, texts, whole numbers and flags. */
  static String of(Map<String, ?> map) {
    Yaml yaml = new Yaml();
    yaml.map(map, "");
    return yaml.out.toString();
  }

  private void map(Map<String, ?> map, String indent) {
    map.forEach((key, value) -> {
      out.append(indent).append(scalar(key)).append(':');
      value(value, indent);
    });
  }

  private void value(Object value, String indent) {
    switch (value) {
      case Map<?, ?> map when map.isEmpty() -> out.append(" {}\n");
      case Map<?, ?> map -> {
        out.append('\n');
        map(keyed(map), indent + "  ");
      }
      case List<?> list when list.stream().noneMatch(Map.class::isInstance) ->
          out.append(" [")
              .append(String.join(", ", list.stream().map(Yaml::flow).toList()))
              .append("]\n");
      case List<?> list -> {
        out.append('\n');
        list.forEach(item -> out.append(indent).append("  - ").append(flow(item)).append('\n'));
      }
      case String text when isBlock(text) -> {
        out.append(text.endsWith("\n") ? " |\n" : " |-\n");
        text.lines()
            .forEach(
                line -> out.append(line.isEmpty() ? "" : indent + "  ").append(line).append('\n'));
      }
      default -> out.append(' ').append(flow(value)).append('\n');
    }
  }

  private static Map<String, ?> keyed(Map<?, ?> map) {
    Map<String, Object> keyed = new LinkedHashMap<>();
    map.forEach((key, value) -> keyed.put(String.valueOf(key), value));
    return keyed;
  }

  private static String flow(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          "{%s}"
              .formatted(
                  String.join(
                      ", ",
                      map.entrySet().stream()
                          .map(entry ->
                              "%s: %s"
                                  .formatted(
                                      scalar(String.valueOf(entry.getKey())),
                                      flow(entry.getValue())))
                          .toList()));
      case String text -> scalar(text);
      default -> value.toString();
    };
  }

  // Several lines that an indented block preserves exactly.
  private static boolean isBlock(String text) {
    return text.contains("\n")
        && !text.isBlank()
        && !text.startsWith(" ")
        && !text.startsWith("\n")
        && !text.endsWith("\n\n")
        && text.codePoints().allMatch(c -> c == '\n' || c == '\t' || isPrintable(c));
  }

  private static boolean isPrintable(int c) {
    return c >= ' '
        && c != 0x7f
        && !(c >= 0x80 && c < 0xa0)
        && c != 0xfeff
        && c != 0x2028
        && c != 0x2029
        && !(c >= 0xd800 && c < 0xe000)
        && c != 0xfffe
        && c != 0xffff;
  }

  private static String scalar(String text) {
    boolean word = text.matches("[A-Za-z_/][A-Za-z0-9_./@+-]*") && !isSpecial(text);
    boolean size = text.matches("[0-9]+[kKmMgGsh]");
    return word || size ? text : quoted(text);
  }

  private static boolean isSpecial(String text) {
    return SPECIAL.contains(text.toLowerCase(Locale.ROOT));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
              if (isPrintable(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append("\\u%04x".formatted(c));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }
}
