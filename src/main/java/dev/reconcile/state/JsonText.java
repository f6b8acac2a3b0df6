// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;

/** The text of JSON documents: one indented object each, with a line break at the end. */
public final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** The content of a document. */
  @FunctionalInterface
  public interface Fields {
    /** Writes the fields to {@code json}, between the braces of the document. */
    void write(JsonGenerator json) throws IOException;
  }

  /** Returns a document with these fields. */
  public static String of(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string writer does not fail", e);
    }
    return text + "\n";
  }
}
