// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;

/** The escaping of texts for a page: a browser shows a text and interprets nothing in it. */
final class Html {
  private Html() {}

  /** Escapes a text for the content of an element or for a quoted attribute. */
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

  /** Returns an element with a class and an escaped text. */
  static String element(String name, String style, String text) {
    return "<" + name + " class=\"" + style + "\">" + text(text) + "</" + name + ">";
  }
}
