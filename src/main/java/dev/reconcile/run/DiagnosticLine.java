// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import java.util.Optional;

/**
 * A diagnostic as one line of the no-op record.
 *
 * <p>Invariant: {@code parse(of(diagnostic))} equals the diagnostic.
 */
final class DiagnosticLine {
  private static final int FIELDS = 9;
  private static final String NONE = "-";
  private static final String SOME = "+";

  private DiagnosticLine() {}

  /** Returns the line, without a line break. Fields are separated by tabs. */
  static String of(Diagnostic diagnostic) {
    Origin origin = diagnostic.origin().orElse(Origin.of(""));
    return String.join(
        "\t",
        diagnostic.severity().name(),
        escaped(diagnostic.summary()),
        escaped(diagnostic.detail()),
        diagnostic.origin().isPresent() ? SOME : NONE,
        escaped(origin.file()),
        String.valueOf(origin.line()),
        String.valueOf(origin.column()),
        escaped(origin.excerpt()),
        diagnostic.command().map(command -> SOME + escaped(command)).orElse(NONE));
  }

  /**
   * Returns the diagnostic of a line.
   *
   * @throws IllegalArgumentException if the line is not one of {@link #of}
   */
  static Diagnostic parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not a diagnostic: " + line);
    }
    Optional<Origin> origin =
        fields[3].equals(NONE)
            ? Optional.empty()
            : Optional.of(
                new Origin(
                    plain(fields[4]),
                    Integer.parseInt(fields[5]),
                    Integer.parseInt(fields[6]),
                    plain(fields[7])));
    Optional<String> command =
        fields[8].equals(NONE) ? Optional.empty() : Optional.of(plain(fields[8].substring(1)));
    return new Diagnostic(
        Severity.valueOf(fields[0]), plain(fields[1]), plain(fields[2]), origin, command);
  }

  /** Returns a text without line breaks and tabs. */
  static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  /** Returns the text of {@link #escaped}; Java's escapes include those of it. */
  static String plain(String text) {
    return text.translateEscapes();
  }
}
