// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of a line, parsed as Python's optparse parses those that pip accepts there: {@code
 * -rFILE}, {@code -r FILE}, {@code --requirement=FILE}, {@code --req FILE}.
 */
final class LineOptions {
  static final String REQUIREMENT = "--requirement";
  static final String CONSTRAINT = "--constraint";
  static final String EDITABLE = "--editable";
  static final String FIND_LINKS = "--find-links";
  static final String REQUIRE_HASHES = "--require-hashes";
  static final String HASH = "--hash";

  private static final String CONFIG_SETTINGS = "--config-settings";

  private static final Map<Character, String> SHORT =
      Map.of(
          'r', REQUIREMENT,
          'c', CONSTRAINT,
          'e', EDITABLE,
          'f', FIND_LINKS,
          'i', "--index-url",
          'C', CONFIG_SETTINGS);

  private static final List<String> WITH_VALUE =
      List.of(
          REQUIREMENT,
          CONSTRAINT,
          EDITABLE,
          FIND_LINKS,
          HASH,
          "--index-url",
          "--pypi-url",
          "--extra-index-url",
          "--no-binary",
          "--only-binary",
          "--trusted-host",
          "--use-feature",
          "--install-option",
          "--global-option",
          CONFIG_SETTINGS);

  private static final List<String> FLAGS =
      List.of("--no-index", "--prefer-binary", REQUIRE_HASHES, "--pre");

  private final Map<String, List<String>> values = new HashMap<>();
  private final Deque<String> left;

  private LineOptions(List<String> words) {
    this.left = new ArrayDeque<>(words);
  }

  /**
   * Parses the options. It ignores words that are no options, as pip does.
   *
   * @throws MalformedRequirements if optparse would refuse them
   */
  static LineOptions parse(List<String> words) throws MalformedRequirements {
    LineOptions options = new LineOptions(words);
    while (!options.left.isEmpty()) {
      String word = options.left.pop();
      if (word.equals("--")) {
        break;
      }
      if (word.startsWith("--")) {
        options.longOption(word);
      } else if (word.startsWith("-") && word.length() > 1) {
        options.shortOption(word);
      }
    }
    return options;
  }

  /** Returns the values of an option, in order; empty if it is not given. */
  List<String> values(String option) {
    return values.getOrDefault(option, List.of());
  }

  private void longOption(String word) throws MalformedRequirements {
    int equals = word.indexOf('=');
    String option = whole(equals < 0 ? word : word.substring(0, equals));
    if (FLAGS.contains(option)) {
      if (equals >= 0) {
        throw new MalformedRequirements("The option " + option + " takes no value.");
      }
      add(option, "");
    } else {
      add(option, equals < 0 ? next(option) : word.substring(equals + 1));
    }
  }

  // An option that only newer versions of pip accept must not make a short form of another option
  // ambiguous.
  private static String whole(String word) throws MalformedRequirements {
    List<String> all = Stream.concat(WITH_VALUE.stream(), FLAGS.stream()).toList();
    if (all.contains(word)) {
      return word;
    }
    List<String> possible =
        all.stream()
            .filter(option -> option.startsWith(word) && !option.equals(CONFIG_SETTINGS))
            .toList();
    if (possible.size() != 1) {
      throw new MalformedRequirements("There is no option " + word + ".");
    }
    return possible.getFirst();
  }

  private void shortOption(String word) throws MalformedRequirements {
    String option = SHORT.get(word.charAt(1));
    if (option == null) {
      throw new MalformedRequirements("There is no option " + word.substring(0, 2) + ".");
    }
    add(option, word.length() > 2 ? word.substring(2) : next(option));
  }

  private String next(String option) throws MalformedRequirements {
    if (left.isEmpty()) {
      throw new MalformedRequirements("The option " + option + " needs a value.");
    }
    return left.pop();
  }

  private void add(String option, String value) {
    values.computeIfAbsent(option, _ -> new ArrayList<>()).add(value);
  }
}
