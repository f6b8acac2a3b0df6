package dev.reconcile.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The form a YAML value must have. Shapes are data: the checker walks them, and so can anything
 * that wants to describe the format (an editor's schema, a help text).
 */
public sealed interface Shape {

  /** Text that a rule accepts; numbers and flags count as the text they are written as. */
  record Text(Rule rule) implements Shape {}

  /** A whole number within bounds, both included. */
  record Whole(long least, long most) implements Shape {}

  /** {@code true} or {@code false}. */
  record Flag() implements Shape {}

  /** The one word {@code false}: "without". */
  record Off() implements Shape {}

  /** One of a few words. */
  record Choice(List<String> words) implements Shape {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A list; with {@code orSingle}, a single item may stand for a list of one. */
  record ListOf(Shape item, boolean orSingle) implements Shape {}

  /** A map whose keys are free within a rule. */
  record MapOf(Rule key, Shape value) implements Shape {}

  /** A map with fixed keys. */
  record Fields(String name, Map<String, Field> fields) implements Shape {
    public Fields {
      fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** One of several shapes, told apart by being a scalar, a list or a map. */
  record Either(List<Shape> shapes) implements Shape {
    public Either {
      shapes = List.copyOf(shapes);
    }
  }

  /**
   * A fixed key.
   *
   * @param shape what its value must be
   * @param doc one line of what it means
   */
  record Field(Shape shape, String doc) {}

  /** Text under a rule. */
  static Shape text(Rule rule) {
    return new Text(rule);
  }

  /** A whole number from {@code least} to {@code most}. */
  static Shape whole(long least, long most) {
    return new Whole(least, most);
  }

  /** One of {@code words}. */
  static Shape choice(String... words) {
    return new Choice(List.of(words));
  }

  /** A list of {@code item}, or one alone. */
  static Shape oneOrMore(Shape item) {
    return new ListOf(item, true);
  }

  /** A list of {@code item}. */
  static Shape listOf(Shape item) {
    return new ListOf(item, false);
  }

  /** A map with keys under {@code key} and values of {@code value}. */
  static Shape mapOf(Rule key, Shape value) {
    return new MapOf(key, value);
  }

  /** {@code shape}, or the word {@code false}. */
  static Shape orOff(Shape shape) {
    return new Either(List.of(shape, new Off()));
  }

  /** One of {@code shapes}. */
  static Shape either(Shape... shapes) {
    return new Either(List.of(shapes));
  }

  /** Begins a map of fixed keys, called {@code name} in messages. */
  static FieldsBuilder fields(String name) {
    return new FieldsBuilder(name, new LinkedHashMap<>());
  }

  /** Collects fixed keys in order. */
  record FieldsBuilder(String name, LinkedHashMap<String, Field> collected) {
    /** Adds a key. */
    public FieldsBuilder with(String key, Shape shape, String doc) {
      collected.put(key, new Field(shape, doc));
      return this;
    }

    /** The finished shape. */
    public Fields build() {
      return new Fields(name, collected);
    }
  }
}
