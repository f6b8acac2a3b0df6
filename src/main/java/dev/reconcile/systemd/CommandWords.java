// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A splitter of command lines into words, by the rules of the program that reads them on the host.
 *
 * <p>Invariant: any text can be split; an unclosed quote ends with the text.
 */
public final class CommandWords {
  private static final String ESCAPED = "abfnrtvs";
  private static final String UNESCAPED = "\u0007\b\f\n\r\t\u000b ";

  private CommandWords() {}

  /** Splits the value of a systemd setting (systemd.syntax(7), "Quoting"). */
  public static List<String> ofSystemd(String text) {
    return split(text, false);
  }

  /** Splits a shell command line without expansions, as Python's shlex does. */
  public static List<String> ofShell(String text) {
    return split(text, true);
  }

  /**
   * Returns the index at which a shell command line is incomplete: of the quotation mark that
   * nothing closes, or of a backslash at the end; empty if the command line is complete.
   */
  public static OptionalInt incomplete(String text) {
    int open = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char quote = open < 0 ? 0 : text.charAt(open);
      if (c == '\\' && quote != '\'') {
        if (i + 1 == text.length()) {
          return OptionalInt.of(open < 0 ? i : open);
        }
        if (quote == 0 || "\"\\".indexOf(text.charAt(i + 1)) >= 0) {
          i++;
        }
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        open = i;
      } else if (quote != 0 && c == quote) {
        open = -1;
      }
    }
    return open < 0 ? OptionalInt.empty() : OptionalInt.of(open);
  }

  private static List<String> split(String text, boolean shell) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escapes =
          c == '\\'
              && i + 1 < text.length()
              && !(shell && quote == '\'')
              && !(shell && quote == '"' && "\"\\".indexOf(text.charAt(i + 1)) < 0);
      if (escapes) {
        char next = text.charAt(++i);
        int known = shell ? -1 : ESCAPED.indexOf(next);
        boolean hex = !shell && text.substring(i).matches("(?s)x[0-9a-fA-F]{2}.*");
        if (hex) {
          word.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        } else {
          word.append(known < 0 ? next : UNESCAPED.charAt(known));
        }
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (!Character.isWhitespace(c)) {
        word.append(c);
        inWord = true;
      } else if (inWord) {
        words.add(word.toString());
        word.setLength(0);
        inWord = false;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * Replaces the variables in the words of an ExecStart= (systemd.service(5), "Command lines"). A
   * word that consists of a variable is replaced by the words of its value. A variable within a
   * word is replaced by its value.
   */
  public static List<String> expanded(List<String> words, Map<String, String> environment) {
    List<String> expanded = new ArrayList<>();
    for (String word : words) {
      if (word.matches("\\$[A-Za-z_][A-Za-z0-9_]*")) {
        expanded.addAll(ofSystemd(environment.getOrDefault(word.substring(1), "")));
      } else {
        expanded.add(withVariables(word, environment));
      }
    }
    return expanded;
  }

  private static String withVariables(String word, Map<String, String> environment) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < word.length()) {
      int end = word.startsWith("${", at) ? word.indexOf('}', at) : -1;
      if (end > 0) {
        text.append(environment.getOrDefault(word.substring(at + 2, end), ""));
        at = end + 1;
      } else if (word.startsWith("$$", at)) {
        text.append('$');
        at += 2;
      } else {
        text.append(word.charAt(at++));
      }
    }
    return text.toString();
  }
}
