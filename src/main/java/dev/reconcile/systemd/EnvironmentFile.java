// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import dev.reconcile.model.TextFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * A parser of environment files that follows systemd (systemd.exec(5), EnvironmentFile=). A quoted
 * value may span several lines. A quote inside an unquoted value is an ordinary character.
 */
public final class EnvironmentFile {
  /**
   * A variable and its value.
   *
   * @param name of the variable
   * @param value with quotes and escapes resolved
   * @param line on which the assignment begins, from 1
   */
  public record Variable(String name, String value, int line) {}

  private final String text;
  private final List<Variable> variables = new ArrayList<>();
  private int at;
  private int line = 1;

  private EnvironmentFile(String text) {
    this.text = text.replace("\r", "\n");
  }

  /** Parses the variables of an environment file; lines that systemd ignores are left out. */
  public static List<Variable> variables(String text) {
    return new EnvironmentFile(text).read();
  }

  private List<Variable> read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#' || c == ';') {
        comment();
      } else if (Character.isWhitespace(c)) {
        next();
      } else {
        assignment();
      }
    }
    return variables;
  }

  private char next() {
    char c = text.charAt(at++);
    if (c == '\n') {
      line++;
    }
    return c;
  }

  // An escaped end of line does not end the comment.
  private void comment() {
    while (at < text.length() && next() != '\n') {
      if (text.charAt(at - 1) == '\\' && at < text.length()) {
        next();
      }
    }
  }

  private void assignment() {
    int begin = line;
    int start = at;
    while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != '\n') {
      at++;
    }
    if (at == text.length() || text.charAt(at) == '\n') {
      return; // no variable
    }
    String name = text.substring(start, at++).strip();
    String value = value();
    // systemd ignores an invalid name.
    if (TextFormat.NAME.accepts(name)) {
      variables.add(new Variable(name, value, begin));
    }
  }

  private String value() {
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = next();
      switch (c) {
        case '\n' -> {
          return value.toString();
        }
        case '\'', '"' -> quoted(c, value);
        default -> {
          if (!Character.isWhitespace(c)) {
            at--;
            plain(value);
            return value.toString();
          }
        }
      }
    }
    return value.toString();
  }

  private void quoted(char quote, StringBuilder value) {
    while (at < text.length()) {
      char c = next();
      if (c == quote) {
        return;
      }
      if (c != '\\' || quote == '\'' || at == text.length()) {
        value.append(c);
        continue;
      }
      char escaped = next();
      if ("\"\\$`".indexOf(escaped) >= 0) {
        value.append(escaped);
      } else if (escaped != '\n') {
        value.append(c).append(escaped);
      }
    }
  }

  // The value ends with the line; systemd strips trailing whitespace.
  private void plain(StringBuilder value) {
    int kept = value.length();
    while (at < text.length()) {
      char c = next();
      if (c == '\n') {
        break;
      }
      boolean escape = c == '\\';
      if (escape && at == text.length()) {
        break;
      }
      char meant = escape ? next() : c;
      if (escape && meant == '\n') {
        continue;
      }
      value.append(meant);
      if (escape || !Character.isWhitespace(meant)) {
        kept = value.length();
      }
    }
    value.setLength(kept);
  }
}
