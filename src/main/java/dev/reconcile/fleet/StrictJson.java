// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.reconcile.model.TextFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of which every field must be known, because who writes the object back would
 * otherwise lose the others.
 *
 * <p>Invariant: it comes from at most {@link #MOST_BYTES} bytes, and no field occurs twice.
 */
final class StrictJson {
  /** The size limit of a document. */
  static final int MOST_BYTES = 1 << 20;

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");
  private static final Pattern MACHINE = Pattern.compile("[0-9a-f]{32}");
  private static final int DEEPEST = 8;
  private static final int LONGEST_TEXT = 1024;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final SortedMap<String, Object> fields;
  private final Set<String> unread;

  private StrictJson(SortedMap<String, Object> fields) {
    this.fields = fields;
    this.unread = new HashSet<>(fields.keySet());
  }

  /** The conversion of an object. */
  @FunctionalInterface
  interface Reader<T> {
    /** Converts an object; it must read every field. */
    T read(StrictJson object) throws IOException;
  }

  /**
   * Converts a document with {@code "format": 1}.
   *
   * @throws IOException if the document is too long, is no JSON object, has another format or a
   *     field of another form than {@code reader} expects
   */
  static <T> T parse(byte[] document, Reader<T> reader) throws IOException {
    if (document.length > MOST_BYTES) {
      throw new IOException("it has more than " + MOST_BYTES + " bytes");
    }
    String text = new String(document, StandardCharsets.UTF_8);
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      if (!(value(parser, 0) instanceof StrictJson object) || parser.nextToken() != null) {
        throw new IOException("it is not one JSON object");
      }
      long format = object.number("format", 1, Integer.MAX_VALUE);
      if (format != 1) {
        throw new IOException("its format is " + format + ", which a newer version writes");
      }
      return object.all(reader);
    } catch (IllegalArgumentException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Object value(JsonParser parser, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("it is nested too deeply");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, depth);
      case START_ARRAY -> list(parser, depth);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case null, default -> throw new IOException("it has a value of an unknown type");
    };
  }

  private static StrictJson object(JsonParser parser, int depth) throws IOException {
    SortedMap<String, Object> fields = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser, depth + 1));
    }
    return new StrictJson(fields);
  }

  private static List<Object> list(JsonParser parser, int depth) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser, depth + 1));
    }
    return items;
  }

  private <T> T all(Reader<T> reader) throws IOException {
    T result = reader.read(this);
    if (!unread.isEmpty()) {
      throw new IOException("it has unknown fields");
    }
    return result;
  }

  private Object field(String name) throws IOException {
    unread.remove(name);
    @Nullable Object value = fields.get(name);
    if (value == null) {
      throw new IOException("it has no " + name);
    }
    return value;
  }

  private static IOException wrong(String name) {
    return new IOException("its " + name + " has another form than expected");
  }

  /** Tells whether the object has a field. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Returns a whole number within inclusive bounds. */
  long number(String name, long least, long most) throws IOException {
    if (field(name) instanceof Long number && number >= least && number <= most) {
      return number;
    }
    throw wrong(name);
  }

  /** Returns a whole number from {@code least} that fits into an {@code int}. */
  int count(String name, int least) throws IOException {
    return (int) number(name, least, Integer.MAX_VALUE);
  }

  /** Returns a truth value. */
  boolean flag(String name) throws IOException {
    if (field(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name);
  }

  /** Returns a text of a format, of at most 1024 characters. */
  String text(String name, TextFormat format) throws IOException {
    return text(field(name), name, format);
  }

  private static String text(Object value, String name, TextFormat format) throws IOException {
    if (value instanceof String text && text.length() <= LONGEST_TEXT && format.accepts(text)) {
      return text;
    }
    throw wrong(name);
  }

  /** Returns the full id of a commit. */
  String commit(String name) throws IOException {
    if (field(name) instanceof String text && COMMIT.matcher(text).matches()) {
      return text;
    }
    throw wrong(name);
  }

  /** Returns ids of machines, of which none occurs twice. */
  SortedSet<String> machines(String name) throws IOException {
    SortedSet<String> ids = set(name, TextFormat.LINE);
    for (String id : ids) {
      if (!MACHINE.matcher(id).matches()) {
        throw wrong(name);
      }
    }
    return ids;
  }

  /** Returns texts of a format. */
  List<String> texts(String name, TextFormat format) throws IOException {
    if (!(field(name) instanceof List<?> items)) {
      throw wrong(name);
    }
    List<String> texts = new ArrayList<>();
    for (Object item : items) {
      texts.add(text(item, name, format));
    }
    return texts;
  }

  /** Returns texts of a format, of which none occurs twice. */
  SortedSet<String> set(String name, TextFormat format) throws IOException {
    List<String> texts = texts(name, format);
    SortedSet<String> set = new TreeSet<>(texts);
    if (set.size() < texts.size()) {
      throw wrong(name);
    }
    return set;
  }

  /** Returns an object. */
  <T> T object(String name, Reader<T> reader) throws IOException {
    if (field(name) instanceof StrictJson object) {
      return object.all(reader);
    }
    throw wrong(name);
  }

  /** Returns an object, if there is one. */
  <T> Optional<T> optional(String name, Reader<T> reader) throws IOException {
    return has(name) ? Optional.of(object(name, reader)) : Optional.empty();
  }

  /** Returns a value for each field of an object whose names have a format. */
  <T> SortedMap<String, T> map(String name, TextFormat names, Entry<T> entry) throws IOException {
    return object(
        name,
        object -> {
          SortedMap<String, T> map = new TreeMap<>();
          for (String key : object.fields.keySet()) {
            map.put(text(key, name, names), entry.read(object, key));
          }
          return map;
        });
  }

  /** The conversion of a field. */
  @FunctionalInterface
  interface Entry<T> {
    /** Converts the field {@code name} of {@code object}. */
    T read(StrictJson object, String name) throws IOException;
  }
}
