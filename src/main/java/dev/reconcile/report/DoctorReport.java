// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.doctor.Checks;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.report.Style.Paint;
import dev.reconcile.state.JsonText;
import java.util.List;

/** The findings of {@code doctor} as text and as JSON. */
public final class DoctorReport {

  private DoctorReport() {}

  /** Returns the findings, each with summary, detail and command, and their number. */
  public static String text(List<Diagnostic> findings, Style style) {
    if (findings.isEmpty()) {
      return style.paint(Paint.SUCCESS, "No findings") + " (" + Checks.COUNT + " checks).\n";
    }
    StringBuilder text = new StringBuilder();
    for (Diagnostic finding : findings) {
      text.append(style.paint(Paint.ERROR, finding.summary())).append('\n');
      DiagnosticText.body(finding, style, text);
      text.append('\n');
    }
    return text.append(findings.size())
        .append(findings.size() == 1 ? " finding" : " findings")
        .append(", in the order of repair.\n")
        .toString();
  }

  /** Returns the document, with a line break at its end; docs/scripting.md describes each field. */
  public static String json(List<Diagnostic> findings, String version) {
    return JsonText.of(json -> {
      json.writeStringField("format_version", RunJson.FORMAT);
      json.writeStringField("reconcile_version", version);
      json.writeBooleanField("healthy", findings.isEmpty());
      json.writeNumberField("checks", Checks.COUNT);
      json.writeArrayFieldStart("findings");
      for (Diagnostic finding : findings) {
        DiagnosticJson.write(json, finding);
      }
      json.writeEndArray();
    });
  }
}
