// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The JSON of a diagnostic, which is the same object in every document. */
final class DiagnosticJson {
  private DiagnosticJson() {}

  /** Writes a list of diagnostics as a field. */
  static void write(JsonGenerator json, String name, List<Diagnostic> diagnostics)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Diagnostic diagnostic : diagnostics) {
      write(json, diagnostic);
    }
    json.writeEndArray();
  }

  /** Writes a diagnostic as a value. */
  static void write(JsonGenerator json, Diagnostic diagnostic) throws IOException {
    json.writeStartObject();
    json.writeStringField("severity", diagnostic.severity().name().toLowerCase(Locale.ROOT));
    json.writeStringField("summary", diagnostic.summary());
    json.writeStringField("detail", diagnostic.detail());
    if (diagnostic.command().isPresent()) {
      json.writeStringField("command", diagnostic.command().get());
    }
    if (diagnostic.origin().isPresent()) {
      Origin origin = diagnostic.origin().get();
      json.writeStringField("file", origin.file());
      json.writeNumberField("line", origin.line());
      json.writeNumberField("column", origin.column());
    }
    json.writeEndObject();
  }
}
