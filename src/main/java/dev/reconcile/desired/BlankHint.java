// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** The hints for blanks: those after a colon, and those at the beginning of a line. */
final class BlankHint {
  // two slashes follow the colon of a URL
  private static final Pattern JOINED =
      Pattern.compile("(\\s*)([A-Za-z_][A-Za-z0-9_-]*):([^\\s:/].*|/(?!/).*)");
  private static final Pattern WITH_VALUE = Pattern.compile("\\s*(?:- )?([^\\s:#]+):\\s+[^\\s#].*");

  private BlankHint() {}

  /** Returns the hint for a key that has no blank after its colon. */
  static Optional<YamlHint> ofColon(List<String> lines, MarkedYamlEngineException mistake) {
    return Stream.of(mistake.getContextMark(), mistake.getProblemMark())
        .flatMap(Optional::stream)
        .flatMap(mark -> ofColon(lines, mark.getLine()).stream())
        .findFirst();
  }

  private static Optional<YamlHint> ofColon(List<String> lines, int number) {
    Matcher joined = JOINED.matcher(line(lines, number));
    return joined.matches()
        ? Optional.of(
            new YamlHint(number, joined.end(1), advice(joined.group(2), joined.group(3)).strip()))
        : Optional.empty();
  }

  /** Returns the key in a text "key:rest" without a blank; empty if no key begins the text. */
  static Optional<String> joinedKey(String text, Predicate<String> isKey) {
    int colon = text.indexOf(':');
    return colon > 0 ? Optional.of(text.substring(0, colon)).filter(isKey) : Optional.empty();
  }

  /**
   * Returns the sentence for a text "key:rest", with a blank before it; the empty text if no key
   * begins the text.
   */
  static String joinedAdvice(String text, Predicate<String> isKey) {
    return joinedKey(text, isKey)
        .map(key -> advice(key, text.substring(key.length() + 1)))
        .orElse("");
  }

  private static String advice(String key, String rest) {
    String shown =
        rest.startsWith("{") ? "{…}" : rest.startsWith("[") ? "[…]" : rest.replaceAll(" .*", " …");
    return " Write a blank after the colon: \"" + key + ": " + shown + "\".";
  }

  /** Returns the hint for a line whose indentation is not that of the lines above it. */
  static Optional<YamlHint> ofIndentation(List<String> lines, MarkedYamlEngineException mistake) {
    String problem = mistake.getProblem();
    boolean ends = problem.contains("<block end>") || problem.contains("<document start>");
    return mistake
        .getProblemMark()
        .filter(mark -> ends && mark.getColumn() == indent(line(lines, mark.getLine())))
        .flatMap(mark -> uneven(lines, mark.getLine()).or(() -> below(lines, mark)));
  }

  private static Optional<YamlHint> uneven(List<String> lines, int number) {
    String line = line(lines, number);
    int indent = indent(line);
    int other = -1;
    for (int above = number - 1; above >= 0; above--) {
      String text = line(lines, above);
      if (isText(text)) {
        if (indent(text) < indent) {
          break;
        }
        if (indent(text) == indent) {
          boolean key = line.startsWith("-", indent) && !text.startsWith("-", indent);
          other = key ? other : -1;
          break;
        }
        other = other < 0 || indent(text) < indent(line(lines, other)) ? above : other;
      }
    }
    return other < 0
        ? Optional.empty()
        : Optional.of(
            new YamlHint(
                number,
                indent,
                """
                This line is indented by %s, line %s by %s. Keys of one map, and items of one \
                list, begin in the same column.\
                """
                    .formatted(blanks(indent), other + 1, indent(line(lines, other)))));
  }

  /** Returns the hint for a line below a key that has a value already. */
  static Optional<YamlHint> below(List<String> lines, Mark mark) {
    int indent = indent(line(lines, mark.getLine()));
    int above = mark.getLine() - 1;
    while (above >= 0 && !isText(line(lines, above))) {
      above--;
    }
    // "b:3" and the line below it are one text, up to the colon of that line
    Optional<YamlHint> colon = ofColon(lines, above);
    if (colon.isPresent()) {
      return colon;
    }
    Matcher key = WITH_VALUE.matcher(line(lines, above));
    return key.matches() && indent(line(lines, above)) < indent
        ? Optional.of(
            new YamlHint(
                mark.getLine(),
                indent,
                """
                "%s" on line %s has a value, so no keys can be below it. Remove the value, or \
                indent this line as line %s.\
                """
                    .formatted(key.group(1), above + 1, above + 1)))
        : Optional.empty();
  }

  private static String blanks(int number) {
    return number + (number == 1 ? " blank" : " blanks");
  }

  private static boolean isText(String line) {
    return !line.isBlank() && !line.stripLeading().startsWith("#");
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static String line(List<String> lines, int number) {
    return number >= 0 && number < lines.size() ? lines.get(number) : "";
  }
}
