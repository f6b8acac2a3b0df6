// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern KEY =
      Pattern.compile("^([^#]*[\\s{,])?[\"']?secrets?[\"']?\\s*:(?=\\s|$)(.*)");
  private static final String PATH =
      "[\"']?\\w+[\"']?\\s*:\\s+([\"']?)/[\\w./@+-]*\\1\\s*(,\\s*|$|(?=}))";
  private static final Pattern PATHS =
      Pattern.compile(
          "(\\s*secrets?\\s*:)?\\s*\\{?\\s*(" + PATH.replace("\\1", "\\3") + ")*}?\\s*");
  private static final Pattern OTHER_KEY = Pattern.compile("[a-z][a-z_]*\\s*:(\\s.*)?");
  private static final Pattern VARIABLE = Pattern.compile("(-|[A-Z][A-Z0-9_]*\\s*[:=]).*");

  private final BitSet lines;

  private SecretLines(BitSet lines) {
    this.lines = lines;
  }

  /** Finds the lines in a file. */
  static SecretLines of(List<String> file) {
    BitSet found = new BitSet();
    for (int line = 0; line < file.size(); line++) {
      Matcher key = KEY.matcher(file.get(line));
      if (key.find()) {
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

  // A block ends before a line that is not indented deeper, a flow map at its closing brace. A
  // block
  // whose lines the user forgot to indent ends before the next key that is no variable.
  private static int end(List<String> file, int first, String value) {
    int indentation = indentation(file.get(first));
    int open = open(value);
    int at = first + 1;
    while (at < file.size()) {
      String line = file.get(at);
      boolean isInside = line.isBlank() || indentation(line) > indentation;
      boolean isMeant =
          open > 0
              ? !OTHER_KEY.matcher(line.strip()).matches()
              : value.isEmpty() && VARIABLE.matcher(line.strip()).matches();
      if (!isInside && !isMeant) {
        return at;
      }
      open += open(line);
      at++;
    }
    return at;
  }

  private static int open(String text) {
    return (int)
        (text.chars().filter(c -> c == '{').count() - text.chars().filter(c -> c == '}').count());
  }

  private static int indentation(String line) {
    return line.length() - line.stripLeading().length();
  }
}
