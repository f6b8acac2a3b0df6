// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The required form of a YAML value. Schemas are data: the validator walks them, and so does code
 * that describes the format (an editor's schema, the manual).
 */
public sealed interface Schema {

  /** Text that a format accepts; numbers and flags count as text, as written. */
  record Text(TextFormat rule) implements Schema {}

  /** A whole number within inclusive bounds. */
  record Whole(long least, long most) implements Schema {}

  /** {@code true} or {@code false}. */
  record Flag() implements Schema {}

  /** The word {@code false}, which turns something off. */
  record Off() implements Schema {}

  /** One of a few words. */
  record Choice(List<String> words) implements Schema {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A list; with {@code orSingle}, a single item counts as a list of one. */
  record ListOf(Schema item, boolean orSingle) implements Schema {}

  /** A map with free keys that a format accepts. */
  record MapOf(TextFormat key, Schema value) implements Schema {}

  /** A map with fixed keys. */
  record Fields(String name, Map<String, Field> fields) implements Schema {
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /**
   * One of several schemas, which differ by being a scalar, a list or a map.
   *
   * @param meaning a description that completes "This must be …"; empty if that of the schema which
   *     a value resembles says enough
   */
  record Either(List<Schema> shapes, String meaning) implements Schema {
    public Either {
      shapes = List.copyOf(shapes);
    }

    /** Tells whether there is a description of all schemas together. */
    public boolean isNamed() {
      return !meaning.isEmpty();
    }
  }

  /**
   * A fixed key.
   *
   * @param shape the schema of its value
   * @param doc its meaning, in one line
   * @param otherwise the default, as the manual describes it; empty for none
   * @param more further sentences for the manual
   * @param example an example of its value for the manual, as YAML in one line; empty for none
   */
  record Field(Schema shape, String doc, String otherwise, String more, String example) {
    /** Creates a key with its meaning in one line. */
    public static Field of(Schema shape, String doc) {
      return new Field(shape, doc, "", "", "");
    }

    /** Returns this key with a description of the default. */
    public Field otherwise(String words) {
      return new Field(shape, doc, words, more, example);
    }

    /** Returns this key with further sentences for the manual. */
    public Field more(String sentences) {
      return new Field(shape, doc, otherwise, sentences, example);
    }

    /** Returns this key with an example. */
    public Field example(String yaml) {
      return new Field(shape, doc, otherwise, more, yaml);
    }
  }

  /** Returns a schema of text that a format accepts. */
  static Schema text(TextFormat rule) {
    return new Text(rule);
  }

  /** Returns a schema of whole numbers from {@code least} to {@code most}. */
  static Schema whole(long least, long most) {
    return new Whole(least, most);
  }

  /** Returns a schema of the given words. */
  static Schema choice(String... words) {
    return new Choice(List.of(words));
  }

  /** Returns a schema of a list of {@code item}, or a single one. */
  static Schema oneOrMore(Schema item) {
    return new ListOf(item, true);
  }

  /** Returns a schema of a list of {@code item}. */
  static Schema listOf(Schema item) {
    return new ListOf(item, false);
  }

  /** Returns a schema of a map with keys of {@code key} and values of {@code value}. */
  static Schema mapOf(TextFormat key, Schema value) {
    return new MapOf(key, value);
  }

  /** Returns a schema that accepts {@code shape} or the word {@code false}. */
  static Schema orOff(Schema shape) {
    return new Either(List.of(shape, new Off()), "");
  }

  /** Returns a schema that accepts any of {@code shapes}. */
  static Schema either(Schema... shapes) {
    return new Either(List.of(shapes), "");
  }

  /** Returns a schema that accepts any of {@code shapes}, with a description of them together. */
  static Schema described(String meaning, Schema... shapes) {
    return new Either(List.of(shapes), meaning);
  }

  /** Begins a map of fixed keys, named {@code name} in messages. */
  static FieldsBuilder fields(String name) {
    return new FieldsBuilder(name, new LinkedHashMap<>());
  }

  /** A builder of a map of fixed keys, in order. */
  record FieldsBuilder(String name, LinkedHashMap<String, Field> collected) {
    /** Adds a key. */
    public FieldsBuilder with(String key, Schema shape, String doc) {
      collected.put(key, Field.of(shape, doc));
      return this;
    }

    /** Returns the finished schema. */
    public Fields build() {
      return new Fields(name, collected);
    }
  }
}
