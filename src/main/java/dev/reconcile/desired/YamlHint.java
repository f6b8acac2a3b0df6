// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A hint for text that YAML reads as something else than its author: text without quotes, tabs,
 * blanks, an open bracket.
 *
 * @param line the line where that text begins, from 0
 * @param column the column where it begins, from 0, in code points
 * @param advice how YAML reads it, and what to write
 */
record YamlHint(int line, int column, String advice) {
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
  private static final Pattern TAB = Pattern.compile("^ *\t");

  // templates of Jinja, Ansible and others begin with two characters
  private static final Pattern TEMPLATE =
      Pattern.compile("(?:^|[:,\\[{-])\\s+(\\{[{%].*?[%}]\\}[^\\s,\\[\\]{}\"#]*)");
  private static final Pattern WORD = Pattern.compile("[^\\s,\\[\\]{}\"#]{1,80}");

  /** Returns the hint for a mistake; empty if the cause is another. */
  static Optional<YamlHint> of(List<String> lines, MarkedYamlEngineException mistake) {
    Optional<Mark> problem = mistake.getProblemMark();
    Optional<YamlHint> shape =
        Stream.of(problem, mistake.getContextMark())
            .flatMap(Optional::stream)
            .flatMap(mark -> ofLine(lines, mark.getLine()).stream())
            .findFirst()
            .or(() -> ofOpenBracket(lines, mistake))
            .or(() -> BlankHint.ofColon(lines, mistake))
            .or(() -> BlankHint.ofIndentation(lines, mistake));
    if (shape.isPresent()) {
      return shape;
    }
    if (mistake.getProblem().startsWith("mapping values are not allowed here")) {
      return problem.flatMap(mark ->
          isSecondColon(lines, mark)
              ? Optional.of(at(mark, "Text that has a colon and a blank in it must be in quotes."))
              : BlankHint.below(lines, mark));
    }
    return Stream.of(mistake.getContextMark(), problem)
        .flatMap(Optional::stream)
        .filter(mark -> isValue(mistake) && INDICATORS.containsKey(at(lines, mark)))
        .findFirst()
        .map(mark -> at(mark, advice(word(lines, mark), at(lines, mark))));
  }

  /** Returns the detail of a mistake: the hint if there is one, else the words of the reader. */
  static String advice(MarkedYamlEngineException mistake, Optional<YamlHint> hint) {
    String problem = sentence(mistake.getContext() + " " + mistake.getProblem());
    boolean sensible = mistake.getProblem().startsWith("found undefined alias");
    return hint.map(found -> (sensible ? problem + " " : "") + found.advice()).orElse(problem);
  }

  /** Returns the words of the YAML reader as a sentence. */
  static String sentence(String problem) {
    String text = problem.replace("null ", "").replaceAll("\\s+", " ").strip();
    String first = text.isEmpty() ? "It cannot be read" : text;
    return Character.toUpperCase(first.charAt(0)) + first.substring(1) + ".";
  }

  private static YamlHint at(Mark mark, String advice) {
    return new YamlHint(mark.getLine(), mark.getColumn(), advice);
  }

  private static Optional<YamlHint> ofLine(List<String> lines, int number) {
    String line = number < lines.size() ? lines.get(number) : "";
    Matcher tab = TAB.matcher(line);
    if (tab.find()) {
      return Optional.of(
          new YamlHint(
              number,
              tab.end() - 1,
              "YAML allows no tab in the indentation. Write blanks instead, as in the lines above."));
    }
    Matcher template = TEMPLATE.matcher(line);
    return template.find()
        ? Optional.of(
            new YamlHint(
                number,
                line.codePointCount(0, template.start(1)),
                "Text that begins with { must be in quotes: \"%s\". YAML takes it for a map."
                    .formatted(template.group(1))))
        : Optional.empty();
  }

  /** Returns the hint for a map that is a template's text without quotes. */
  static Optional<YamlHint> ofTemplate(List<String> lines, MappingNode node) {
    return node.getFlowStyle() != FlowStyle.FLOW
        ? Optional.empty()
        : node.getStartMark()
            .filter(mark -> rest(lines, mark.getLine(), mark.getColumn()).matches("\\{[{%].*"))
            .flatMap(mark ->
                ofLine(lines, mark.getLine()).filter(hint -> hint.column() == mark.getColumn()));
  }

  // A line that ends in a comma or a bracket continues its list or map; another one should end it.
  private static Optional<YamlHint> ofOpenBracket(
      List<String> lines, MarkedYamlEngineException mistake) {
    return mistake
        .getContextMark()
        .filter(_ -> !isValue(mistake))
        .filter(mark -> isLeftOpen(rest(lines, mark.getLine(), mark.getColumn()).strip()))
        .map(mark -> {
          char open = at(lines, mark);
          return at(
              mark,
              "This %s has no %s. Write it at the end of the line."
                  .formatted(open, open == '{' ? '}' : ']'));
        });
  }

  private static boolean isLeftOpen(String rest) {
    String bare = rest.replaceAll("\"[^\"]*\"|'[^']*'|\\s#.*", "").strip();
    long open = bare.chars().filter(c -> c == '{' || c == '[').count();
    long closed = bare.chars().filter(c -> c == '}' || c == ']').count();
    return open > closed && !bare.matches(".*[,{\\[]");
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
        .map(mark -> at(mark, advice(word(lines, mark), at(lines, mark))));
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
