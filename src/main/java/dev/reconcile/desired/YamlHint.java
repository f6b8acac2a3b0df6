// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A hint for text that YAML reads as something else because it has no quotes.
 *
 * @param mark the position where that text begins
 * @param advice how YAML reads it, and what to write
 */
record YamlHint(Mark mark, String advice) {
  /** Characters with a special meaning where a value begins (YAML 1.2.2, 5.3). */
  private static final Map<Character, String> INDICATORS =
      Map.of(
          '*', "an alias",
          '&', "an anchor",
          '!', "a tag",
          '|', "the beginning of a block of lines",
          '>', "the beginning of a block of lines",
          '%', "the beginning of a directive",
          '@', "a character that it reserves",
          '`', "a character that it reserves",
          '}', "the end of a map",
          ']', "the end of a list");

  private static final Pattern WITH_INDENTATION = Pattern.compile("[|>][+-]?[1-9][+-]?");
  private static final Pattern WORD = Pattern.compile("[^\\s,\\[\\]{}\"#]{1,80}");

  /** Returns the hint for a mistake; empty if missing quotes are not the cause. */
  static Optional<YamlHint> of(List<String> lines, MarkedYamlEngineException mistake) {
    Optional<Mark> problem = mistake.getProblemMark();
    if (mistake.getProblem().startsWith("mapping values are not allowed here")) {
      return problem
          .filter(mark -> isSecondColon(lines, mark))
          .map(mark ->
              new YamlHint(mark, "Text that has a colon and a blank in it must be in quotes."));
    }
    return Stream.of(mistake.getContextMark(), problem)
        .flatMap(Optional::stream)
        .filter(mark -> isValue(mistake) && INDICATORS.containsKey(at(lines, mark)))
        .findFirst()
        .map(mark -> new YamlHint(mark, advice(word(lines, mark), at(lines, mark))));
  }

  private static boolean isSecondColon(List<String> lines, Mark mark) {
    String line = mark.getLine() < lines.size() ? lines.get(mark.getLine()) : "";
    int colon = line.indexOf(": ");
    return colon >= 0 && colon < line.offsetByCodePoints(0, mark.getColumn());
  }

  // An open list or map begins with a bracket or brace too. It lacks its end, not quotes.
  private static boolean isValue(MarkedYamlEngineException mistake) {
    return !String.valueOf(mistake.getContext()).startsWith("while parsing a flow");
  }

  /**
   * Returns the hint for a block that has an indentation indicator but no lines: it was meant as
   * text.
   */
  static Optional<YamlHint> ofEmptyBlock(List<String> lines, ScalarNode node) {
    boolean block =
        node.getScalarStyle() == ScalarStyle.FOLDED || node.getScalarStyle() == ScalarStyle.LITERAL;
    if (!block || !node.getValue().isEmpty()) {
      return Optional.empty();
    }
    return node.getStartMark()
        .filter(mark -> WITH_INDENTATION.matcher(word(lines, mark)).matches())
        .map(mark -> new YamlHint(mark, advice(word(lines, mark), at(lines, mark))));
  }

  /** Returns what to write for a word that begins with an indicator. */
  private static String advice(String word, char indicator) {
    return "Text that begins with %s must be in quotes: \"%s\". YAML takes it for %s."
        .formatted(indicator, word, INDICATORS.get(indicator));
  }

  private static char at(List<String> lines, Mark mark) {
    String rest = rest(lines, mark.getLine(), mark.getColumn());
    return rest.isEmpty() ? ' ' : rest.charAt(0);
  }

  private static String word(List<String> lines, Mark mark) {
    String rest = rest(lines, mark.getLine(), mark.getColumn());
    Matcher word = WORD.matcher(rest);
    return word.lookingAt() ? word.group() : rest.substring(0, 1);
  }

  /** Returns the text of a line from a column on; both count from 0, columns in code points. */
  private static String rest(List<String> lines, int line, int column) {
    String text = line < lines.size() ? lines.get(line) : "";
    int points = text.codePointCount(0, text.length());
    return column < points ? text.substring(text.offsetByCodePoints(0, column)) : "";
  }
}
