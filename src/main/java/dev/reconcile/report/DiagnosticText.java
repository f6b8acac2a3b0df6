// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.report.Style.Paint;

/** The text of a diagnostic: the summary, the origin with its line, the detail, the command. */
public final class DiagnosticText {
  private DiagnosticText() {}

  /** Returns the text: several lines, with a line break at the end. */
  public static String of(Diagnostic diagnostic, Style style) {
    StringBuilder text = new StringBuilder();
    String word =
        switch (diagnostic.severity()) {
          case ERROR -> style.paint(Paint.ERROR, "Error");
          case WARNING -> style.paint(Paint.WARNING, "Warning");
          case NOTICE -> style.paint(Paint.DIM, "Notice");
        };
    text.append(word).append(": ").append(style.paint(Paint.BOLD, diagnostic.summary()));
    text.append('\n');
    diagnostic.origin().filter(o -> !o.file().isEmpty()).ifPresent(o -> place(o, text));
    body(diagnostic, style, text);
    return text.toString();
  }

  /** Appends the detail, indented by two spaces, and the command on its own line, by four. */
  static void body(Diagnostic diagnostic, Style style, StringBuilder text) {
    diagnostic.detail().lines().forEach(line -> text.append("  ").append(line).append('\n'));
    diagnostic.command().ifPresent(command -> text.append(style.command(command)));
  }

  private static void place(Origin origin, StringBuilder text) {
    text.append("  on ").append(origin.file());
    if (origin.line() > 0) {
      text.append(" line ").append(origin.line());
    }
    if (origin.column() > 0) {
      text.append(", column ").append(origin.column());
    }
    text.append(":\n");
    if (origin.line() > 0 && !origin.excerpt().isBlank()) {
      String number = Integer.toString(origin.line());
      text.append(" ".repeat(Math.max(0, 6 - number.length())))
          .append(number)
          .append(": ")
          .append(Diagnostic.shown(origin.excerpt().replaceAll("\\p{Cntrl}", " ")).stripTrailing())
          .append('\n');
    }
  }
}
