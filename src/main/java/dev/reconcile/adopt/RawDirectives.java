// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.stream.Collectors;

/** Nginx directives as text. */
final class RawDirectives {
  private RawDirectives() {}

  /**
   * Returns the lines of these directives as written, without the common indentation unless it is
   * part of a value.
   */
  static String text(List<Directive> directives) {
    return directives.stream()
        .map(directive -> directive.spansLines() ? directive.text() : unindented(directive.text()))
        .map(text -> text + "\n")
        .collect(Collectors.joining());
  }

  /**
   * Returns the display name of a directive. It leaves out code, and the value of a setting, which
   * may be a secret.
   */
  static String title(Directive directive) {
    List<String> words = directive.words();
    if (directive.hasCode()) {
      return String.join(" ", words.subList(0, words.size() - 1)) + " …";
    }
    boolean whole = words.size() < 3 || directive.is("location") || directive.is("listen");
    return whole ? String.join(" ", words) : words.get(0) + " " + words.get(1) + " …";
  }

  // The last line, a closing brace, has the indentation of the directive's first line.
  private static String unindented(String text) {
    String last = text.substring(text.lastIndexOf('\n') + 1);
    int depth = last.length() - last.stripLeading().length();
    return text.lines()
        .map(line -> {
          int blanks = line.length() - line.stripLeading().length();
          return line.substring(Math.min(depth, blanks)).stripTrailing();
        })
        .collect(Collectors.joining("\n"));
  }
}
