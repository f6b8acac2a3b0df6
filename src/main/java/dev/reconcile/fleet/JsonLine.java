// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.reconcile.state.JsonText;
import java.io.IOException;
import java.io.StringWriter;

/** The text of JSON objects in one line of ASCII, which a program can read line by line. */
final class JsonLine {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private JsonLine() {}

  /** Returns an object with these fields, without a line break. */
  static String of(JsonText.Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string writer does not fail", e);
    }
    return text.toString();
  }
}
