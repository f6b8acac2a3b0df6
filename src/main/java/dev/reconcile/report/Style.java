// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

/** How text is marked: with colours on a terminal, with nothing elsewhere. */
public enum Style {
  PLAIN,
  COLOUR;

  /** Colours by what they mean. */
  enum Paint {
    GOOD("32"),
    BAD("31"),
    CAREFUL("33"),
    FAINT("2"),
    STRONG("1");

    private final String code;

    Paint(String code) {
      this.code = code;
    }
  }

  /** {@code text} in a colour, or as it is (ECMA-48, SGR). */
  String paint(Paint paint, String text) {
    return this == PLAIN || text.isEmpty()
        ? text
        : "\u001b[" + paint.code + "m" + text + "\u001b[0m";
  }
}
