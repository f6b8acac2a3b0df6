package dev.reconcile.kind;

import dev.reconcile.model.Origin;
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
    return map.get(key)
        .map(value -> value instanceof Value.Sequence list ? list.items() : List.of(value))
        .orElse(List.of());
  }

  /** The texts under a key, likewise. */
  public List<String> texts(String key) {
    return items(key).stream().flatMap(value -> textOf(value).stream()).toList();
  }

  /** The map under a key; an empty one if there is none. */
  public Table table(String key) {
    return map.get(key).map(Table::of).orElse(new Table(new Value.Mapping(List.of(), origin())));
  }

  /** The map under a key as texts, in the order written. */
  public Map<String, String> pairs(String key) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Value.Entry entry : table(key).map().entries()) {
      textOf(entry.value()).ifPresent(text -> pairs.put(entry.key(), text));
    }
    return pairs;
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

  private static boolean isOff(Value value) {
    return value instanceof Value.Scalar scalar
        && scalar.type() == Value.ScalarType.FLAG
        && scalar.text().equalsIgnoreCase("false");
  }
}
