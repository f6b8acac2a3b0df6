// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Edits of the text of an nginx file, at positions in the original text.
 *
 * <p>Invariant: of two overlapping edits only the outer one applies.
 */
final class TextEdits {
  private final String text;
  private final NavigableMap<Integer, Change> changes = new TreeMap<>();

  private record Change(int end, String text) {}

  TextEdits(String text) {
    this.text = text;
  }

  /** Replaces a directive by a text. */
  void replace(Directive directive, String other) {
    int begin = begin(directive);
    changes.putIfAbsent(begin, new Change(begin + directive.text().length(), other));
  }

  // A directive begins in its line, and the text before it in the line never equals the directive.
  private int begin(Directive directive) {
    int at = 0;
    for (int line = 1; line < directive.line(); line++) {
      at = text.indexOf('\n', at) + 1;
    }
    return text.indexOf(directive.text(), at);
  }

  /**
   * Returns the separator to a following directive: a new line with the same indentation, or a
   * blank.
   */
  String next(Directive directive) {
    int begin = begin(directive);
    String before = text.substring(text.lastIndexOf('\n', begin) + 1, begin);
    return before.isBlank() ? "\n" + before : " ";
  }

  /** Returns the edited text. */
  String all() {
    return part(0, text.length());
  }

  /** Returns the edited text of a directive. */
  String of(Directive directive) {
    int begin = begin(directive);
    return part(begin, begin + directive.text().length());
  }

  private String part(int from, int to) {
    StringBuilder changed = new StringBuilder();
    int at = from;
    for (var change : changes.subMap(from, true, to, false).entrySet()) {
      if (change.getKey() >= at) {
        changed.append(text, at, change.getKey()).append(change.getValue().text());
        at = change.getValue().end();
      }
    }
    return changed.append(text, at, to).toString();
  }
}
