// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import java.util.regex.Pattern;

/** The escape sequences of a string (docs.python.org, "String and Bytes literals"). */
enum Escapes {
  ;

  private static final String LETTERS = "abfnrtv\\'\"\n";
  private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";

  // \N{…} needs Unicode's names, and \U… may be outside of Unicode
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "(?s)(?:[^\\\\]|\\\\.)*?\\\\(?:[NU]|x(?![0-9A-Fa-f]{2})|u(?![0-9A-Fa-f]{4})).*");

  /** Tells whether {@link #resolved} knows all escape sequences of a text. */
  static boolean isKnown(String raw) {
    return raw.indexOf('\\') < 0 || !UNKNOWN.matcher(raw).matches();
  }

  /** Returns the text with its escape sequences resolved; unknown ones stay, as in Python. */
  static String resolved(String raw) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 == raw.length()) {
        text.append(c);
        continue;
      }
      char next = raw.charAt(++i);
      int letter = LETTERS.indexOf(next);
      if (next == 'x' || next == 'u') {
        int end = i + 1 + (next == 'x' ? 2 : 4);
        text.append((char) Integer.parseInt(raw.substring(i + 1, end), 16));
        i = end - 1;
      } else if (next >= '0' && next <= '7') {
        int end = i;
        while (end < raw.length() && end < i + 3 && "01234567".indexOf(raw.charAt(end)) >= 0) {
          end++;
        }
        text.append((char) Integer.parseInt(raw.substring(i, end), 8));
        i = end - 1;
      } else if (letter < 0) {
        text.append('\\').append(next);
      } else if (letter < MEANINGS.length()) {
        text.append(MEANINGS.charAt(letter)); // an escaped end of line means nothing
      }
    }
    return text.toString();
  }
}
