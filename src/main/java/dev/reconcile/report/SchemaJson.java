// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.state.JsonText;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A schema as a JSON Schema (draft-07, the newest draft that YAML editors support).
 *
 * <p>Invariant: the JSON Schema rejects nothing that the schema accepts. It does not check what a
 * JSON Schema cannot express: the text of a number, the notation of a number, and dependencies
 * between keys.
 */
public final class SchemaJson {

  // YAML reads these as numbers and booleans; a rule sees their text.
  private static final List<String> NUMBERS =
      List.of("0", "12", "200", "0644", "1.5", "-1", "+1", "1e3", "0x1f", ".inf");
  private static final List<String> FLAGS =
      List.of("true", "True", "TRUE", "false", "False", "FALSE");

  private SchemaJson() {}

  /**
   * Returns the JSON Schema, with a line break at its end.
   *
   * @param title the title of the JSON Schema
   * @param shape the schema
   * @param required the keys that must be present
   */
  public static String of(String title, Schema.Fields shape, List<String> required) {
    return JsonText.of(json -> {
      json.writeStringField("$schema", "http://json-schema.org/draft-07/schema#");
      json.writeStringField("title", title);
      fields(shape, json);
      if (!required.isEmpty()) {
        words("required", required, json);
      }
    });
  }

  private static void write(Schema shape, JsonGenerator json) throws IOException {
    json.writeStartObject();
    rules(shape, json);
    json.writeEndObject();
  }

  private static void rules(Schema shape, JsonGenerator json) throws IOException {
    switch (shape) {
      case Schema.Text text -> text(text.rule(), json);
      case Schema.Whole whole -> {
        json.writeStringField("type", "integer");
        json.writeNumberField("minimum", whole.least());
        json.writeNumberField("maximum", whole.most());
      }
      case Schema.Flag flag -> json.writeStringField("type", "boolean");
      case Schema.Off off -> json.writeBooleanField("const", false);
      case Schema.Choice choice -> words("enum", choice.words(), json);
      case Schema.ListOf list when list.orSingle() ->
          anyOf(List.of(list.item(), Schema.listOf(list.item())), json);
      case Schema.ListOf list -> {
        json.writeStringField("type", "array");
        json.writeFieldName("items");
        write(list.item(), json);
      }
      case Schema.MapOf map -> {
        json.writeStringField("type", "object");
        json.writeObjectFieldStart("propertyNames");
        pattern(map.key(), json);
        json.writeEndObject();
        json.writeFieldName("additionalProperties");
        write(map.value(), json);
      }
      case Schema.Fields fields -> fields(fields, json);
      case Schema.Either either -> anyOf(either.shapes(), json);
    }
  }

  private static void fields(Schema.Fields shape, JsonGenerator json) throws IOException {
    json.writeStringField("type", "object");
    json.writeBooleanField("additionalProperties", false);
    json.writeObjectFieldStart("properties");
    for (Map.Entry<String, Schema.Field> field : shape.fields().entrySet()) {
      json.writeObjectFieldStart(field.getKey());
      json.writeStringField("description", description(field.getValue()));
      rules(field.getValue().shape(), json);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static String description(Schema.Field field) {
    return field.shape() instanceof Schema.Text text
        ? field.doc() + "; must be " + text.rule().meaning()
        : field.doc();
  }

  private static void text(TextFormat rule, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("type");
    json.writeString("string");
    if (!rule.isOfTextsOnly() && NUMBERS.stream().anyMatch(rule::accepts)) {
      json.writeString("number");
    }
    if (!rule.isOfTextsOnly() && FLAGS.stream().anyMatch(rule::accepts)) {
      json.writeString("boolean");
    }
    json.writeEndArray();
    pattern(rule, json);
  }

  // Both keywords apply to strings only, not to numbers.
  private static void pattern(TextFormat rule, JsonGenerator json) throws IOException {
    json.writeStringField("pattern", "^(?:" + ecma(rule.regex()) + ")$");
    if (rule.longest() < Integer.MAX_VALUE) {
      json.writeNumberField("maxLength", rule.longest());
    }
  }

  // ECMA-262 has no \p{Cntrl}. It has more characters in \s than Java, and fewer line terminators
  // that "." does not match.
  private static String ecma(String regex) {
    return regex
        .replace("\\p{Cntrl}", "\\x00-\\x1f\\x7f")
        .replace("\\s", "\\x09-\\x0d\\x20")
        .replace(".*", "[^\\n\\r\\u0085\\u2028\\u2029]*");
  }

  private static void anyOf(List<Schema> shapes, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("anyOf");
    for (Schema shape : shapes) {
      write(shape, json);
    }
    json.writeEndArray();
  }

  private static void words(String key, List<String> words, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(key);
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }
}
