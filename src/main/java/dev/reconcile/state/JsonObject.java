// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that was read. A missing field reads as empty, so that fields can be added without
 * a new format. A field of another type than requested is an error.
 */
public final class JsonObject {
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Object> fields;

  private JsonObject(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * Reads a document.
   *
   * @throws IOException if it is not JSON, or not an object
   */
  public static JsonObject parse(byte[] bytes) throws IOException {
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("an object", parser.currentToken());
      }
      return object(parser);
    }
  }

  /** Reads an object; {@code parser} is at its start. */
  static JsonObject object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new JsonObject(fields);
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return object(parser);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser));
      }
      return items;
    }
    if (token == null || !token.isScalarValue()) {
      throw wrong("a value", token);
    }
    return parser.getText();
  }

  private static IOException wrong(String expected, @Nullable Object found) {
    String what =
        switch (found) {
          case null -> "nothing";
          case JsonObject _ -> "an object";
          case List<?> _ -> "a list";
          default -> found.toString();
        };
    return new IOException("expected " + expected + ", found " + what);
  }

  /** Reports whether the field exists. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Returns a string, a number or a boolean as text; empty if the field is missing. */
  public String text(String name) throws IOException {
    Object value = fields.getOrDefault(name, "");
    if (value instanceof String text) {
      return text;
    }
    throw wrong("a text for " + name, value);
  }

  /** Returns a whole number; 0 if the field is missing. */
  int number(String name) throws IOException {
    String text = text(name);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  /** Reports whether the field is a list. */
  public boolean isList(String name) {
    return fields.get(name) instanceof List<?>;
  }

  /** Returns a list of texts; empty if the field is missing. */
  public List<String> texts(String name) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Object item : items(name)) {
      if (!(item instanceof String text)) {
        throw wrong("a text in " + name, item);
      }
      texts.add(text);
    }
    return texts;
  }

  /** Returns a list of objects; empty if the field is missing. */
  List<JsonObject> objects(String name) throws IOException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object item : items(name)) {
      if (!(item instanceof JsonObject object)) {
        throw wrong("an object in " + name, item);
      }
      objects.add(object);
    }
    return objects;
  }

  /** Returns an object; an empty object if the field is missing. */
  public JsonObject object(String name) throws IOException {
    Object value = fields.getOrDefault(name, new JsonObject(Map.of()));
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrong("an object for " + name, value);
  }

  /** Returns the names of all fields, in alphabetical order. */
  List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /** Returns the name of each field and its value as text. */
  public SortedMap<String, String> pairs() throws IOException {
    SortedMap<String, String> pairs = new TreeMap<>();
    for (String name : fields.keySet()) {
      pairs.put(name, text(name));
    }
    return pairs;
  }

  /** Returns the name of each field and its object as converted by {@code reader}. */
  <T> SortedMap<String, T> map(Reader<T> reader) throws IOException {
    SortedMap<String, T> map = new TreeMap<>();
    for (String name : fields.keySet()) {
      map.put(name, reader.read(object(name)));
    }
    return map;
  }

  /** The conversion of an object into a value. */
  interface Reader<T> {
    /** Converts an object into a value. */
    T read(JsonObject object) throws IOException;
  }

  private List<?> items(String name) throws IOException {
    Object value = fields.getOrDefault(name, List.of());
    if (value instanceof List<?> items) {
      return items;
    }
    throw wrong("a list for " + name, value);
  }
}
