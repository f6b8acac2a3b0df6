// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

/** The marking of text: colours on a terminal, none elsewhere. */
public enum Style {
  PLAIN,
  COLOUR;

  /** The colours, named by their meaning. */
  enum Paint {
    SUCCESS("32"),
    ERROR("31"),
    WARNING("33"),
    DIM("2"),
    BOLD("1");

    private final String code;

    Paint(String code) {
      this.code = code;
    }
  }

  /** Returns {@code text} in a colour (ECMA-48, SGR), or unchanged in the plain style. */
  String paint(Paint paint, String text) {
    return this == PLAIN || text.isEmpty()
        ? text
        : "\u001b[" + paint.code + "m" + text + "\u001b[0m";
  }
}
