// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.AppSection;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lines of a YAML file that belong to a key {@code secrets} and contain anything but names and
 * paths. The user may have written the values there. The lines are found by their shape, because
 * the file may be malformed.
 *
 * <p>Invariant: no message shows such a line or a part of it other than the name of a key.
 */
final class SecretLines {
  /** The detail of a message about such a line. */
  static final String ADVICE =
      """
      The line belongs to "secrets" and may contain a value, so it is not shown. Write each secret \
      as its name and the absolute path of a file of the host: "KEY: /etc/shop/key". If a commit \
      contains the value, replace it.\
      """;

  private static final String WORD = "secret";
  private static final Pattern KEY = Pattern.compile("^(.*[\\s{,])?[\"']?secrets?[\"']?\\s*:(.*)");
  private static final String PATH =
      "[\"']?\\w+[\"']?\\s*:\\s+([\"']?)/[\\w./@+-]*\\1\\s*(,\\s*|$|(?=}))";
  private static final Pattern PATHS =
      Pattern.compile(
          "(\\s*secrets?\\s*:)?\\s*\\{?\\s*(" + PATH.replace("\\1", "\\3") + ")*}?\\s*");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*\\s*:.*");
  private static final Pattern ANY_KEY = Pattern.compile("[\"']?([\\w-]+)[\"']?\\s*:(\\s.*)?");

  // Keys that can follow the secrets of an app, or an app in the defaults.
  private static final Set<String> OTHER_KEYS =
      Stream.of(AppSection.SCHEMA, HostSection.MAIN)
          .flatMap(schema -> schema.fields().keySet().stream())
          .collect(Collectors.toUnmodifiableSet());

  private final BitSet lines;

  private SecretLines(BitSet lines) {
    this.lines = lines;
  }

  /**
   * Finds the lines in a file.
   *
   * @param text the content of the file
   * @param file the lines of that content
   */
  static SecretLines of(String text, List<String> file) {
    BitSet found = new BitSet();
    if (!text.contains(WORD)) {
      return new SecretLines(found); // the pattern is slow, and most files have no such key
    }
    for (int line = 0; line < file.size(); line++) {
      Matcher key = KEY.matcher(file.get(line));
      if (key.find() && !isComment(file.get(line))) {
        int end = end(file, line, key.group(2).strip());
        for (int at = line; at < end; at++) {
          found.set(at, !PATHS.matcher(file.get(at)).matches());
        }
      }
    }
    return new SecretLines(found);
  }

  /** Reports whether a line may contain a value; lines count from 0. */
  boolean has(int line) {
    return line >= 0 && lines.get(line);
  }

  // A block ends before the next key that is not indented deeper. A key whose lines the user forgot
  // to indent, and a flow map that is not closed, end before the next key of the desired state. A
  // line that is no key, such as one of a private key, ends neither.
  private static int end(List<String> file, int first, String value) {
    int indentation = indentation(file.get(first));
    int open = open(value);
    boolean isIndented = open > 0 || !value.isEmpty() || isDeeper(file, first);
    int at = first + 1;
    while (at < file.size()) {
      String line = file.get(at);
      Matcher key = ANY_KEY.matcher(line.strip());
      if (indentation(line) <= indentation && !isComment(line) && key.matches()) {
        boolean isOther = OTHER_KEYS.contains(key.group(1));
        boolean isMeant = open > 0 || !isIndented || VARIABLE.matcher(line.strip()).matches();
        if (isOther || !isMeant) {
          return at;
        }
      }
      open += open(line);
      at++;
    }
    return at;
  }

  private static boolean isDeeper(List<String> file, int first) {
    return file.stream()
        .skip(first + 1L)
        .filter(line -> !line.isBlank() && !isComment(line))
        .findFirst()
        .filter(line -> indentation(line) > indentation(file.get(first)))
        .isPresent();
  }

  private static boolean isComment(String line) {
    return line.stripLeading().startsWith("#");
  }

  private static int open(String text) {
    return (int)
        (text.chars().filter(c -> c == '{').count() - text.chars().filter(c -> c == '}').count());
  }

  private static int indentation(String line) {
    return line.length() - line.stripLeading().length();
  }
}
