// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;

/** Texts made fit to stand in a page: whatever they hold, a browser shows it and obeys nothing. */
final class Html {
  private Html() {}

  /** For the content of elements and for attributes in quotes. */
  static String text(String text) {
    String shown = Diagnostic.shown(text);
    StringBuilder safe = new StringBuilder(shown.length() + 16);
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c);
      }
    }
    return safe.toString();
  }

  /** An element with a class that holds a text. */
  static String element(String name, String style, String text) {
    return "<" + name + " class=\"" + style + "\">" + text(text) + "</" + name + ">";
  }
}
