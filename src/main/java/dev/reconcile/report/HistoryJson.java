// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Undo;
import dev.reconcile.state.JsonText;
import dev.reconcile.state.Manifest;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The runs that changed something, as JSON: the changed resources, never their content. */
public final class HistoryJson {

  private HistoryJson() {}

  /** Returns the document, with a line break at its end. */
  public static String of(List<Manifest> runs) {
    return JsonText.of(json -> {
      json.writeStringField("format_version", RunJson.FORMAT);
      json.writeArrayFieldStart("runs");
      for (Manifest run : runs) {
        write(json, run);
      }
      json.writeEndArray();
    });
  }

  private static void write(JsonGenerator json, Manifest run) throws IOException {
    json.writeStartObject();
    json.writeStringField("run", run.run());
    json.writeNumberField("sequence", run.sequence());
    if (!run.command().isEmpty()) {
      json.writeStringField("command", run.command());
    }
    json.writeStringField("repo", run.repo());
    json.writeStringField("revision", run.revision());
    json.writeObjectFieldStart("results");
    for (Map.Entry<String, String> entry : run.results().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    if (!run.notes().isEmpty()) {
      json.writeObjectFieldStart("notes");
      for (Map.Entry<String, String> entry : run.notes().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    }
    json.writeArrayFieldStart("changes");
    for (Undo undo : run.undos()) {
      json.writeStartObject();
      json.writeStringField("action", undo.verb().replace(' ', '_'));
      json.writeStringField("kind", undo.address().kind());
      json.writeStringField("name", undo.address().name());
      json.writeStringField("app", undo.app());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
