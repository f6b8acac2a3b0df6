// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key of the desired state: its name, the schema of its value, its default and its documentation.
 * The validator, the decoder, the JSON Schema and docs/desired-state.md derive from it.
 *
 * <p>Invariant: {@code reader} accepts every value that matches the key's schema.
 *
 * @param name the key as written
 * @param field the schema of its value and its documentation
 * @param reader converts a value; empty if the value means the default
 * @param fallback the value of a key that is not set
 * @param <T> the type of its value
 */
public record Key<T>(
    String name, Schema.Field field, Function<Value, Optional<T>> reader, T fallback) {
  /** The placeholder for the app's name in a default. */
  private static final String NAME = "NAME";

  /** The names and paths of an app in defaults. */
  public static final Layout OF_APP = new Layout(NAME);

  /** Creates a key for a text with a format; an empty {@code fallback} means no default. */
  public static Key<String> text(String name, TextFormat rule, String fallback, String sentence) {
    return of(name, Schema.text(rule), Table::textOf, fallback, sentence).otherwise(code(fallback));
  }

  /** Creates a key for a text with a format, or {@code false}, which means the empty text. */
  public static Key<String> textOrOff(
      String name, TextFormat rule, String fallback, String sentence) {
    Schema schema = Schema.orOff(Schema.text(rule));
    return of(
            name,
            schema,
            value -> Table.isOff(value) ? Optional.of("") : Table.textOf(value),
            fallback,
            sentence)
        .otherwise(code(fallback));
  }

  /** Creates a key for a whole number from {@code least} to {@code most}. */
  public static Key<Integer> whole(
      String name, long least, long most, int fallback, String sentence) {
    return of(
            name,
            Schema.whole(least, most),
            value -> Table.textOf(value).map(Integer::parseInt),
            fallback,
            sentence)
        .otherwise(code(Integer.toString(fallback)));
  }

  /** Creates a key for {@code true} or {@code false}. */
  public static Key<Boolean> flag(String name, boolean fallback, String sentence) {
    return of(
            name,
            new Schema.Flag(),
            value -> Table.textOf(value).map(text -> text.equalsIgnoreCase("true")),
            fallback,
            sentence)
        .otherwise(code(Boolean.toString(fallback)));
  }

  /** Creates a key for one of {@code words}; an empty {@code fallback} means no default. */
  public static Key<String> choice(
      String name, List<String> words, String fallback, String sentence) {
    return of(name, new Schema.Choice(words), Table::textOf, fallback, sentence)
        .otherwise(code(fallback));
  }

  /** Creates a key for texts with a format: a list, or a single text. */
  public static Key<List<String>> texts(String name, TextFormat rule, String sentence) {
    return list(name, Schema.oneOrMore(Schema.text(rule)), sentence);
  }

  /** Creates a key for the texts of a list. */
  public static Key<List<String>> list(String name, Schema schema, String sentence) {
    return of(
        name, schema, value -> Optional.of(Table.textsOf(value)), List.<String>of(), sentence);
  }

  /** Creates a key for a map of texts whose keys are free within a format. */
  public static Key<Map<String, String>> pairs(
      String name, TextFormat keys, TextFormat values, String sentence) {
    return of(
        name,
        Schema.mapOf(keys, Schema.text(values)),
        value -> Optional.of(Table.pairsOf(value)),
        Map.<String, String>of(),
        sentence);
  }

  /** Creates a key for a map, or another value, that a class of its own decodes. */
  public static Key<Optional<Value>> section(String name, Schema schema, String sentence) {
    return of(name, schema, value -> Optional.of(Optional.of(value)), Optional.empty(), sentence);
  }

  private static <T> Key<T> of(
      String name,
      Schema schema,
      Function<Value, Optional<T>> reader,
      T fallback,
      String sentence) {
    return new Key<>(name, Schema.Field.of(schema, sentence), reader, fallback);
  }

  private static String code(String fallback) {
    return fallback.isEmpty() ? "" : "`" + fallback + "`";
  }

  /** Returns this key with another default in the manual: the words for what applies without it. */
  public Key<T> otherwise(String words) {
    return new Key<>(name, field.otherwise(words), reader, fallback);
  }

  /** Returns this key with further sentences for the manual. */
  public Key<T> more(String sentences) {
    return new Key<>(name, field.more(sentences), reader, fallback);
  }

  /** Returns this key with an example of its value for the manual, as YAML on one line. */
  public Key<T> example(String yaml) {
    return new Key<>(name, field.example(yaml), reader, fallback);
  }

  /** Returns the default of a text for an app. */
  public static String fallback(Key<String> key, String app) {
    return key.fallback().replace(NAME, app);
  }

  /** Returns the schema of a map with these keys, called {@code name} in messages. */
  public static Schema.Fields fields(String name, List<Key<?>> keys) {
    Map<String, Schema.Field> fields = new LinkedHashMap<>();
    keys.forEach(key -> fields.put(key.name(), key.field()));
    return new Schema.Fields(name, fields);
  }

  /** Returns the schema of a map with these keys, called {@code name} in messages. */
  public static Schema.Fields fields(String name, Key<?>... keys) {
    return fields(name, List.of(keys));
  }
}
