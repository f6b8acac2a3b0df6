// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Undo;
import dev.reconcile.state.Manifest;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** Runs that changed something as JSON: what was changed, never what it held. */
public final class HistoryJson {
  private static final JsonFactory JSON = new JsonFactory();

  private HistoryJson() {}

  /** The document, with a line break at its end. */
  public static String of(List<Manifest> runs) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("format_version", RunJson.FORMAT);
      json.writeArrayFieldStart("runs");
      for (Manifest run : runs) {
        write(json, run);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string writer does not fail", e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Manifest run) throws IOException {
    json.writeStartObject();
    json.writeStringField("run", run.run());
    json.writeNumberField("sequence", run.sequence());
    json.writeStringField("repo", run.repo());
    json.writeStringField("revision", run.revision());
    json.writeObjectFieldStart("results");
    for (Map.Entry<String, String> entry : run.results().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
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
