// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The summaries of all diagnostics that the sources create.
 *
 * <p>A summary is the first phrase among the arguments of a factory of diagnostics, or of an
 * exception that becomes one: a literal, two literals of a condition, or a constant. Enums whose
 * constants are summaries are read too. A summary that the program puts together is not found.
 */
final class SourceSummaries {
  /** Methods and constructors that take a summary before the detail. */
  private static final Pattern FACTORY =
      Pattern.compile(
          "\\b(?:error|warning|notice|finding|fault|hinder|miss|postpone|usage|request|ofHost|content"
              + "|because|refusal\\.of|storage"
              + "|new\\s+(?:Diagnostic|SourceException|StepException|Mistake|Unusable|\\w*Fail(?:ed|ure)))\\s*\\(");

  private static final Pattern CONSTANT =
      Pattern.compile("static final String (\\w+) =\\s*(\"[^\"]*\");");
  private static final Pattern LITERAL = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern CHOICE =
      Pattern.compile(".*\\?\\s*(\"[^\"]*\")\\s*:\\s*(\"[^\"]*\")", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("(?:\\w+\\.)?[A-Z][A-Z_]*");
  private static final Pattern ENUM_CONSTANT =
      Pattern.compile("(?m)^ +[A-Z_]+\\((\"[^\"]*\"|\\w+\\.[A-Z]+)\\)[,;]");

  /** A phrase: no sentence, no value, no part of a sentence. */
  private static final Pattern PHRASE = Pattern.compile("[A-Za-z][^\"%\\\\]*[^.:,; ]");

  /** The enums whose constants are summaries. */
  private static final List<String> ENUMS =
      List.of("EngineFailure", "HostFailure", "SiteFailure", "WaitReason");

  private final Map<String, String> sources = new TreeMap<>();
  private final Map<String, String> constants = new HashMap<>();

  private SourceSummaries(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> sources.put(className(file), read(file)));
    }
    sources.forEach((name, text) ->
        CONSTANT
            .matcher(text)
            .results()
            .forEach(found -> constants.put(name + "." + found.group(1), found.group(2))));
  }

  /** Returns each summary with the class that creates it. */
  static SortedMap<String, String> under(Path root) throws IOException {
    SourceSummaries all = new SourceSummaries(root);
    SortedMap<String, String> summaries = new TreeMap<>();
    all.sources.forEach(
        (name, text) -> all.of(name, text).forEach(summary -> summaries.put(summary, name)));
    return summaries;
  }

  private List<String> of(String name, String text) {
    List<String> found = new ArrayList<>();
    for (MatchResult call : FACTORY.matcher(text).results().toList()) {
      List<String> arguments = arguments(text, call.end());
      arguments.subList(0, Math.max(0, arguments.size() - 1)).stream()
          .map(argument -> phrases(name, argument))
          .filter(phrases -> !phrases.isEmpty())
          .findFirst()
          .ifPresent(found::addAll);
    }
    if (ENUMS.contains(name)) {
      ENUM_CONSTANT
          .matcher(text)
          .results()
          .forEach(constant -> found.addAll(phrases(name, constant.group(1))));
    }
    return found;
  }

  private List<String> phrases(String name, String argument) {
    var choice = CHOICE.matcher(argument);
    List<String> values =
        choice.matches()
            ? List.of(choice.group(1), choice.group(2))
            : List.of(NAME.matcher(argument).matches() ? constant(name, argument) : argument);
    return values.stream()
        .map(LITERAL::matcher)
        .filter(literal -> literal.matches() && PHRASE.matcher(literal.group(1)).matches())
        .map(literal -> literal.group(1))
        .toList();
  }

  private String constant(String name, String reference) {
    String full = reference.contains(".") ? reference : name + "." + reference;
    return Optional.ofNullable(constants.get(full)).orElse("");
  }

  /** Returns the arguments of a call; {@code begin} is the position after its parenthesis. */
  private static List<String> arguments(String text, int begin) {
    List<String> arguments = new ArrayList<>();
    int depth = 1;
    int start = begin;
    boolean quoted = false;
    for (int i = begin; i < text.length() && depth > 0; i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && "([{".indexOf(c) >= 0) {
        depth++;
      } else if (!quoted && ")]}".indexOf(c) >= 0) {
        depth--;
      }
      if (!quoted && (depth == 0 || (depth == 1 && c == ','))) {
        arguments.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    return arguments;
  }

  private static String className(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.java$", "");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
