// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.reconcile.model.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Function;

/** JSON Schemas as a validator of its own understands them, and YAML as an editor hands it over. */
public final class Json {
  private Json() {}

  /** What a schema (draft-07) finds wrong with a document; empty if nothing. */
  public static Function<String, List<String>> validator(String schema) {
    com.networknt.schema.Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema);
    return json -> compiled.validate(json, InputFormat.JSON).stream().map(Error::toString).toList();
  }

  /** A value as JSON: texts as strings, numbers as numbers, nothing as null. */
  public static String of(Value value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(value, json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  private static void write(Value value, JsonGenerator json) throws IOException {
    switch (value) {
      case Value.Refused _ -> throw new IllegalArgumentException("a refused value");
      case Value.Mapping mapping -> {
        json.writeStartObject();
        for (Value.Entry entry : mapping.entries()) {
          json.writeFieldName(entry.key());
          write(entry.value(), json);
        }
        json.writeEndObject();
      }
      case Value.Sequence sequence -> {
        json.writeStartArray();
        for (Value item : sequence.items()) {
          write(item, json);
        }
        json.writeEndArray();
      }
      case Value.Scalar scalar -> {
        switch (scalar.type()) {
          case TEXT -> json.writeString(scalar.text());
          case NUMBER -> json.writeNumber(number(scalar.text()));
          case FLAG -> json.writeBoolean(scalar.text().equalsIgnoreCase("true"));
          case NOTHING -> json.writeNull();
        }
      }
    }
  }

  // as YAML 1.2 reads it; infinity, which JSON lacks, as a number that is nobody's bound, yet one
  // that the validator can compare: it fails on what is no long
  private static String number(String text) {
    if (text.matches("[-+]?[0-9]+")) {
      return new java.math.BigInteger(text).toString();
    }
    if (text.matches("0[xo].*")) {
      return Long.toString(Long.parseLong(text.substring(2), text.charAt(1) == 'x' ? 16 : 8));
    }
    return text.contains("inf") || text.contains("nan")
        ? "9e15"
        : Double.toString(Double.parseDouble(text));
  }
}
