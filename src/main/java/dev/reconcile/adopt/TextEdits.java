package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Changes to the text of a file of nginx, each at its place in the text as it is.
 *
 * <p>Invariant: of two that overlap only the outer one counts.
 */
final class TextEdits {
  private final String text;
  private final NavigableMap<Integer, Change> changes = new TreeMap<>();

  private record Change(int end, String text) {}

  TextEdits(String text) {
    this.text = text;
  }

  /** Puts another text in a directive's place. */
  void replace(Directive directive, String other) {
    int begin = begin(directive);
    changes.putIfAbsent(begin, new Change(begin + directive.text().length(), other));
  }

  // A directive begins in its line, and what stands before it there is never the same text.
  private int begin(Directive directive) {
    int at = 0;
    for (int line = 1; line < directive.line(); line++) {
      at = text.indexOf('\n', at) + 1;
    }
    return text.indexOf(directive.text(), at);
  }

  /** What leads to another directive beside it: a line with as many blanks, or one blank. */
  String next(Directive directive) {
    int begin = begin(directive);
    String before = text.substring(text.lastIndexOf('\n', begin) + 1, begin);
    return before.isBlank() ? "\n" + before : " ";
  }

  /** All of the text, changed. */
  String all() {
    return part(0, text.length());
  }

  /** A directive's text, changed. */
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
