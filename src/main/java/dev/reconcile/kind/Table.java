// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A YAML map whose schema has been checked.
 *
 * @param map the map
 */
public record Table(Value.Mapping map) {
  /** Returns {@code value} as a table; an empty one if it is no map. */
  public static Table of(Value value) {
    return new Table(
        value instanceof Value.Mapping mapping
            ? mapping
            : new Value.Mapping(List.of(), value.origin()));
  }

  /** Returns the value under a key, or the key's default. */
  public <T> T get(Key<T> key) {
    return map.get(key.name()).flatMap(key.reader()).orElse(key.fallback());
  }

  /** Returns the text under a key of an app; the key's default gets the app's name. */
  public String get(Key<String> key, String app) {
    return map.get(key.name()).flatMap(key.reader()).orElse(Key.fallback(key, app));
  }

  /** Returns the map under a key; an empty one if there is none. */
  public Table table(Key<?> key) {
    return table(key.name());
  }

  /** Returns the items under a key; a single value counts as a list of one; empty if not set. */
  public List<Value> items(Key<?> key) {
    return items(key.name());
  }

  /** Returns whether the key is set, also if its value was refused. */
  public boolean has(Key<?> key) {
    return has(key.name());
  }

  /** Returns whether a mistake in the key's value, or in an item of its list, has been reported. */
  public boolean isRefused(Key<?> key) {
    return map.get(key.name()).stream().anyMatch(Table::isRefused);
  }

  /** Returns whether a mistake in a value, or in an item of a list, has been reported. */
  public static boolean isRefused(Value value) {
    return itemsOf(value).stream().anyMatch(item -> item instanceof Value.Refused);
  }

  /**
   * Returns whether no key and no value of this map has been refused. Only then is a missing key a
   * mistake of its own.
   */
  public boolean isSound() {
    return map.entries().stream().noneMatch(entry -> entry.value() instanceof Value.Refused);
  }

  /** Returns whether the key is not set and no refused key resembles it. */
  public boolean isClearlyWithout(Key<?> key) {
    return map.entries().stream()
        .noneMatch(entry ->
            entry.key().equals(key.name())
                || (entry.value() instanceof Value.Refused
                    && Suggestion.nearest(entry.key(), List.of(key.name())).isPresent()));
  }

  /** Returns whether the key's value is {@code false}. */
  public boolean isOff(Key<?> key) {
    return isOff(key.name());
  }

  /** Returns where a key's value is; where the map is if the key is not set. */
  public Origin origin(Key<?> key) {
    return origin(key.name());
  }

  /** Returns the text under a key, if it is set. */
  public Optional<String> text(String key) {
    return map.get(key).flatMap(Table::textOf);
  }

  /** Returns the text under a key, or {@code otherwise}. */
  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** Returns the whole number under a key, or {@code otherwise}. */
  public int whole(String key, int otherwise) {
    return text(key).map(Integer::parseInt).orElse(otherwise);
  }

  /** Returns the truth value under a key, or {@code otherwise}. */
  public boolean flag(String key, boolean otherwise) {
    return text(key).map(text -> text.equalsIgnoreCase("true")).orElse(otherwise);
  }

  /** Returns the items under a key; a single value counts as a list of one; empty if not set. */
  public List<Value> items(String key) {
    return map.get(key).map(Table::itemsOf).orElse(List.of());
  }

  /** Returns the texts under a key; a single value counts as a list of one; empty if not set. */
  public List<String> texts(String key) {
    return map.get(key).map(Table::textsOf).orElse(List.of());
  }

  /** Returns the map under a key; an empty one if there is none. */
  public Table table(String key) {
    return map.get(key).map(Table::of).orElse(new Table(new Value.Mapping(List.of(), origin())));
  }

  /** Returns the map under a key as texts, in the order written. */
  public Map<String, String> pairs(String key) {
    return map.get(key).map(Table::pairsOf).orElse(Map.of());
  }

  /** Returns whether the key is set. */
  public boolean has(String key) {
    return map.get(key).isPresent();
  }

  /** Returns whether the key's value is {@code false}. */
  public boolean isOff(String key) {
    return map.get(key).stream().anyMatch(Table::isOff);
  }

  /** Returns where a key's value is; where the map is if the key is not set. */
  public Origin origin(String key) {
    return map.get(key).map(Value::origin).orElse(map.origin());
  }

  /** Returns where the map is. */
  public Origin origin() {
    return map.origin();
  }

  /** Returns the text of a scalar. */
  public static Optional<String> textOf(Value value) {
    return value instanceof Value.Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
  }

  private static List<Value> itemsOf(Value value) {
    return value instanceof Value.Sequence list ? list.items() : List.of(value);
  }

  /** Returns the texts of a list, or of a single value. */
  static List<String> textsOf(Value value) {
    return itemsOf(value).stream().flatMap(item -> textOf(item).stream()).toList();
  }

  /** Returns a map as texts, in the order written. */
  static Map<String, String> pairsOf(Value value) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Value.Entry entry : of(value).map().entries()) {
      textOf(entry.value()).ifPresent(text -> pairs.put(entry.key(), text));
    }
    return pairs;
  }

  /** Returns whether a value is the word {@code false}. */
  static boolean isOff(Value value) {
    return value instanceof Value.Scalar scalar
        && scalar.type() == Value.ScalarType.FLAG
        && scalar.text().equalsIgnoreCase("false");
  }
}
