package dev.reconcile.kind;

import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a YAML map whose shape has been checked.
 *
 * @param map the map
 */
public record Table(Value.Mapping map) {
  /** The map that {@code value} is; an empty one in its place if it is none. */
  public static Table of(Value value) {
    return new Table(
        value instanceof Value.Mapping mapping
            ? mapping
            : new Value.Mapping(List.of(), value.origin()));
  }

  /** The value under a key, or the key's default. */
  public <T> T get(Key<T> key) {
    return map.get(key.name()).flatMap(key.reader()).orElse(key.fallback());
  }

  /** The text under a key of an app; the app's name is filled into the key's default. */
  public String get(Key<String> key, String app) {
    return map.get(key.name()).flatMap(key.reader()).orElse(Key.fallback(key, app));
  }

  /** The map under a key; an empty one if there is none. */
  public Table table(Key<?> key) {
    return table(key.name());
  }

  /** The items under a key; a single value counts as a list of one; empty if not there. */
  public List<Value> items(Key<?> key) {
    return items(key.name());
  }

  /** Whether the key is there; also with a value that was refused. */
  public boolean has(Key<?> key) {
    return has(key.name());
  }

  /** Whether a mistake in the key's value, or in an item of its list, has been reported. */
  public boolean isRefused(Key<?> key) {
    return map.get(key.name()).stream().anyMatch(Table::isRefused);
  }

  /** Whether a mistake in a value, or in an item of a list, has been reported. */
  public static boolean isRefused(Value value) {
    return itemsOf(value).stream().anyMatch(item -> item instanceof Value.Refused);
  }

  /**
   * Whether no key and no value of this map has been refused. Only then is it a mistake of its own
   * that a key is missing.
   */
  public boolean isSound() {
    return map.entries().stream().noneMatch(entry -> entry.value() instanceof Value.Refused);
  }

  /** Whether the key is not there, and no refused key looks like it. */
  public boolean isClearlyWithout(Key<?> key) {
    return map.entries().stream()
        .noneMatch(entry ->
            entry.key().equals(key.name())
                || (entry.value() instanceof Value.Refused
                    && Suggestion.nearest(entry.key(), List.of(key.name())).isPresent()));
  }

  /** Whether the key says {@code false}. */
  public boolean isOff(Key<?> key) {
    return isOff(key.name());
  }

  /** Where a key's value is; where the map is if the key is not there. */
  public Origin origin(Key<?> key) {
    return origin(key.name());
  }

  /** The text under a key, if there. */
  public Optional<String> text(String key) {
    return map.get(key).flatMap(Table::textOf);
  }

  /** The text under a key, or another. */
  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** The whole number under a key, or another. */
  public int whole(String key, int otherwise) {
    return text(key).map(Integer::parseInt).orElse(otherwise);
  }

  /** The truth value under a key, or another. */
  public boolean flag(String key, boolean otherwise) {
    return text(key).map(text -> text.equalsIgnoreCase("true")).orElse(otherwise);
  }

  /** The items under a key; a single value counts as a list of one; empty if not there. */
  public List<Value> items(String key) {
    return map.get(key).map(Table::itemsOf).orElse(List.of());
  }

  /** The texts under a key, likewise. */
  public List<String> texts(String key) {
    return map.get(key).map(Table::textsOf).orElse(List.of());
  }

  /** The map under a key; an empty one if there is none. */
  public Table table(String key) {
    return map.get(key).map(Table::of).orElse(new Table(new Value.Mapping(List.of(), origin())));
  }

  /** The map under a key as texts, in the order written. */
  public Map<String, String> pairs(String key) {
    return map.get(key).map(Table::pairsOf).orElse(Map.of());
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return map.get(key).isPresent();
  }

  /** Whether the key says {@code false}. */
  public boolean isOff(String key) {
    return map.get(key).stream().anyMatch(Table::isOff);
  }

  /** Where a key's value is; where the map is if the key is not there. */
  public Origin origin(String key) {
    return map.get(key).map(Value::origin).orElse(map.origin());
  }

  /** Where the map is. */
  public Origin origin() {
    return map.origin();
  }

  /** The text of a scalar. */
  public static Optional<String> textOf(Value value) {
    return value instanceof Value.Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
  }

  private static List<Value> itemsOf(Value value) {
    return value instanceof Value.Sequence list ? list.items() : List.of(value);
  }

  /** The texts of a list, or of a single value. */
  static List<String> textsOf(Value value) {
    return itemsOf(value).stream().flatMap(item -> textOf(item).stream()).toList();
  }

  /** A map as texts, in the order written. */
  static Map<String, String> pairsOf(Value value) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Value.Entry entry : of(value).map().entries()) {
      textOf(entry.value()).ifPresent(text -> pairs.put(entry.key(), text));
    }
    return pairs;
  }

  /** Whether a value is the word {@code false}. */
  static boolean isOff(Value value) {
    return value instanceof Value.Scalar scalar
        && scalar.type() == Value.ScalarType.FLAG
        && scalar.text().equalsIgnoreCase("false");
  }
}
