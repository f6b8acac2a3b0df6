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
 * A key of the desired state: its name, the form of its value, its default and its sentence. The
 * validator, the decoder, the JSON Schema and docs/desired-state.md follow from it.
 *
 * <p>Invariant: {@code reader} accepts every value that has the key's form.
 *
 * @param name the key as it is written
 * @param field the form of its value and what the manual says of it
 * @param reader makes a value of it; empty if the value stands for the default
 * @param fallback the value of a key that is not there
 * @param <T> the type of its value
 */
public record Key<T>(
    String name, Schema.Field field, Function<Value, Optional<T>> reader, T fallback) {
  /** Stands for the app's name in a default. */
  private static final String NAME = "NAME";

  /** The names and paths of an app in defaults. */
  public static final Layout OF_APP = new Layout(NAME);

  /** A text under a rule; an empty {@code fallback} is none. */
  public static Key<String> text(String name, TextFormat rule, String fallback, String sentence) {
    return of(name, Schema.text(rule), Table::textOf, fallback, sentence).otherwise(code(fallback));
  }

  /** A text under a rule, or {@code false}, which is the empty text. */
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

  /** A whole number from {@code least} to {@code most}. */
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

  /** {@code true} or {@code false}. */
  public static Key<Boolean> flag(String name, boolean fallback, String sentence) {
    return of(
            name,
            new Schema.Flag(),
            value -> Table.textOf(value).map(text -> text.equalsIgnoreCase("true")),
            fallback,
            sentence)
        .otherwise(code(Boolean.toString(fallback)));
  }

  /** One of {@code words}; an empty {@code fallback} is none. */
  public static Key<String> choice(
      String name, List<String> words, String fallback, String sentence) {
    return of(name, new Schema.Choice(words), Table::textOf, fallback, sentence)
        .otherwise(code(fallback));
  }

  /** Texts under a rule: a list, or one alone. */
  public static Key<List<String>> texts(String name, TextFormat rule, String sentence) {
    return list(name, Schema.oneOrMore(Schema.text(rule)), sentence);
  }

  /** The texts of a list. */
  public static Key<List<String>> list(String name, Schema schema, String sentence) {
    return of(
        name, schema, value -> Optional.of(Table.textsOf(value)), List.<String>of(), sentence);
  }

  /** A map of texts whose keys are free within a rule. */
  public static Key<Map<String, String>> pairs(
      String name, TextFormat keys, TextFormat values, String sentence) {
    return of(
        name,
        Schema.mapOf(keys, Schema.text(values)),
        value -> Optional.of(Table.pairsOf(value)),
        Map.<String, String>of(),
        sentence);
  }

  /** A map, or another form, that a class of its own reads. */
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

  /** The same key with another default in the manual: the words for what applies without it. */
  public Key<T> otherwise(String words) {
    return new Key<>(name, field.otherwise(words), reader, fallback);
  }

  /** The same key with further sentences for the manual. */
  public Key<T> more(String sentences) {
    return new Key<>(name, field.more(sentences), reader, fallback);
  }

  /** The same key with an example of its value for the manual, as YAML in one line. */
  public Key<T> example(String yaml) {
    return new Key<>(name, field.example(yaml), reader, fallback);
  }

  /** The default of a text for an app. */
  public static String fallback(Key<String> key, String app) {
    return key.fallback().replace(NAME, app);
  }

  /** The form of a map with these keys, called {@code name} in messages. */
  public static Schema.Fields fields(String name, List<Key<?>> keys) {
    Map<String, Schema.Field> fields = new LinkedHashMap<>();
    keys.forEach(key -> fields.put(key.name(), key.field()));
    return new Schema.Fields(name, fields);
  }

  /** The form of a map with these keys, called {@code name} in messages. */
  public static Schema.Fields fields(String name, Key<?>... keys) {
    return fields(name, List.of(keys));
  }
}
