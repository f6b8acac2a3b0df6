package dev.reconcile.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The form a YAML value must have. Shapes are data: the checker walks them, and so can anything
 * that wants to describe the format (an editor's schema, a help text).
 */
public sealed interface Schema {

  /** Text that a rule accepts; numbers and flags count as the text they are written as. */
  record Text(TextFormat rule) implements Schema {}

  /** A whole number within bounds, both included. */
  record Whole(long least, long most) implements Schema {}

  /** {@code true} or {@code false}. */
  record Flag() implements Schema {}

  /** The one word {@code false}: "without". */
  record Off() implements Schema {}

  /** One of a few words. */
  record Choice(List<String> words) implements Schema {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A list; with {@code orSingle}, a single item may stand for a list of one. */
  record ListOf(Schema item, boolean orSingle) implements Schema {}

  /** A map whose keys are free within a rule. */
  record MapOf(TextFormat key, Schema value) implements Schema {}

  /** A map with fixed keys. */
  record Fields(String name, Map<String, Field> fields) implements Schema {
    public Fields {
      fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** One of several shapes, told apart by being a scalar, a list or a map. */
  record Either(List<Schema> shapes) implements Schema {
    public Either {
      shapes = List.copyOf(shapes);
    }
  }

  /**
   * A fixed key.
   *
   * @param shape what its value must be
   * @param doc one line of what it means
   * @param otherwise what applies without it, in the manual's words; empty for nothing
   * @param more further sentences for the manual
   * @param example an example of its value for the manual, as YAML in one line; empty for none
   */
  record Field(Schema shape, String doc, String otherwise, String more, String example) {
    /** A key with one line of what it means. */
    public static Field of(Schema shape, String doc) {
      return new Field(shape, doc, "", "", "");
    }

    /** The same key with words for what applies without it. */
    public Field otherwise(String words) {
      return new Field(shape, doc, words, more, example);
    }

    /** The same key with further sentences. */
    public Field more(String sentences) {
      return new Field(shape, doc, otherwise, sentences, example);
    }

    /** The same key with an example. */
    public Field example(String yaml) {
      return new Field(shape, doc, otherwise, more, yaml);
    }
  }

  /** Text under a rule. */
  static Schema text(TextFormat rule) {
    return new Text(rule);
  }

  /** A whole number from {@code least} to {@code most}. */
  static Schema whole(long least, long most) {
    return new Whole(least, most);
  }

  /** One of {@code words}. */
  static Schema choice(String... words) {
    return new Choice(List.of(words));
  }

  /** A list of {@code item}, or one alone. */
  static Schema oneOrMore(Schema item) {
    return new ListOf(item, true);
  }

  /** A list of {@code item}. */
  static Schema listOf(Schema item) {
    return new ListOf(item, false);
  }

  /** A map with keys under {@code key} and values of {@code value}. */
  static Schema mapOf(TextFormat key, Schema value) {
    return new MapOf(key, value);
  }

  /** {@code shape}, or the word {@code false}. */
  static Schema orOff(Schema shape) {
    return new Either(List.of(shape, new Off()));
  }

  /** One of {@code shapes}. */
  static Schema either(Schema... shapes) {
    return new Either(List.of(shapes));
  }

  /** Begins a map of fixed keys, called {@code name} in messages. */
  static FieldsBuilder fields(String name) {
    return new FieldsBuilder(name, new LinkedHashMap<>());
  }

  /** Collects fixed keys in order. */
  record FieldsBuilder(String name, LinkedHashMap<String, Field> collected) {
    /** Adds a key. */
    public FieldsBuilder with(String key, Schema shape, String doc) {
      collected.put(key, Field.of(shape, doc));
      return this;
    }

    /** The finished shape. */
    public Fields build() {
      return new Fields(name, collected);
    }
  }
}
