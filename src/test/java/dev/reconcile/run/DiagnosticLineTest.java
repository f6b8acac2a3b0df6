// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Diagnostics in the record of a run with nothing to do. */
class DiagnosticLineTest {
  private static void assertKept(Diagnostic diagnostic) {
    String line = DiagnosticLine.of(diagnostic);
    assertThat(line).doesNotContain("\n", "\r");
    assertThat(DiagnosticLine.parse(line)).isEqualTo(diagnostic);
  }

  @ParameterizedTest
  @EnumSource
  void eachSeverity(Severity severity) {
    assertKept(Diagnostic.notice("A", "b").withSeverity(severity));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "+", "a\tb", "two\nlines\n", "\\n", "C:\\", "\\\\t", "ü „x“"})
  void anyText(String text) {
    assertKept(new Diagnostic(Severity.WARNING, text, text, Optional.empty(), Optional.of(text)));
    assertKept(
        new Diagnostic(
            Severity.NOTICE,
            text,
            text,
            Optional.of(new Origin(text, 3, 0, text)),
            Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "WARNING", "WARNING\ta\tb\t-\t\t0\t0\t\t-\t-"})
  void anotherNumberOfFieldsIsRefused(String line) {
    assertThatThrownBy(() -> DiagnosticLine.parse(line))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownSeverityIsRefused() {
    assertThatThrownBy(() -> DiagnosticLine.parse("X\ta\tb\t-\t\t0\t0\t\t-"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
