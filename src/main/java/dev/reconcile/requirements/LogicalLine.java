// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a requirements file after continuation lines are joined, comments removed and variables
 * replaced (pip: req/req_file.py, preprocess).
 *
 * @param first its first line in the file, from 1
 * @param last its last line in the file
 * @param text the resulting text without surrounding blanks; never empty
 */
record LogicalLine(int first, int last, String text) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)\\}");

  /** Python's str.splitlines ends a line at each of these, and treats CR LF as one line end. */
  private static final String BREAKS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

  /** Returns the lines of a file as written, split like Python's str.splitlines. */
  static List<String> physical(String text) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if (BREAKS.indexOf(text.charAt(i)) < 0) {
        continue;
      }
      lines.add(text.substring(begin, i));
      if (text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
        i++;
      }
      begin = i + 1;
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  /**
   * Returns the lines that pip reads.
   *
   * @param variables the environment that pip runs in
   */
  static List<LogicalLine> all(String text, Map<String, String> variables) {
    List<LogicalLine> all = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    List<String> lines = physical(text);
    int first = 0;
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      first = first == 0 ? number : first;
      boolean comment = isComment(line);
      if (line.endsWith("\\") && !comment) {
        joined.append(withoutBackslashes(line));
        if (number < lines.size()) {
          continue;
        }
      } else {
        joined.append(comment ? " " : "").append(line);
      }
      String rest = stripped(withoutComment(joined.toString()));
      if (!rest.isEmpty()) {
        all.add(new LogicalLine(first, number, replaced(rest, variables)));
      }
      joined.setLength(0);
      first = 0;
    }
    return all;
  }

  private static boolean isComment(String line) {
    int i = 0;
    while (i < line.length() && isBlank(line.charAt(i))) {
      i++;
    }
    return i < line.length() && line.charAt(i) == '#';
  }

  // Python's strip("\\") removes backslashes from both ends.
  private static String withoutBackslashes(String line) {
    int begin = 0;
    int end = line.length();
    while (begin < end && line.charAt(begin) == '\\') {
      begin++;
    }
    while (end > begin && line.charAt(end - 1) == '\\') {
      end--;
    }
    return line.substring(begin, end);
  }

  // Without a regular expression, which would restart at each blank of a long run.
  private static String withoutComment(String line) {
    int hash = line.indexOf('#');
    while (hash > 0 && !isBlank(line.charAt(hash - 1))) {
      hash = line.indexOf('#', hash + 1);
    }
    return hash < 0 ? line : line.substring(0, hash);
  }

  private static String stripped(String line) {
    int begin = 0;
    int end = line.length();
    while (begin < end && isBlank(line.charAt(begin))) {
      begin++;
    }
    while (end > begin && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(begin, end);
  }

  // Matches what Python's str.isspace accepts.
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static String replaced(String line, Map<String, String> variables) {
    String text = line;
    Set<String> done = new HashSet<>();
    Matcher variable = VARIABLE.matcher(line);
    while (variable.find()) {
      String value = variables.getOrDefault(String.valueOf(variable.group(1)), "");
      if (!value.isEmpty() && done.add(variable.group())) {
        text = text.replace(variable.group(), value);
      }
    }
    return text;
  }
}
