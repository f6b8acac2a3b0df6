// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A YAML value with its location in the files, before it is interpreted. */
public sealed interface Value {
  /** Returns the location where the value begins. */
  Origin origin();

  /** Returns a description of the type of value for messages. */
  String describe();

  /** The type of a scalar in YAML 1.2's core schema. */
  enum ScalarType {
    TEXT,
    NUMBER,
    FLAG,
    NOTHING
  }

  /**
   * A single value.
   *
   * @param text the text as written, without quotes
   * @param type the type that the core schema resolves it to; quoted scalars are always text
   */
  record Scalar(String text, ScalarType type, Origin origin) implements Value {
    @Override
    public String describe() {
      return switch (type) {
        case TEXT -> "text";
        case NUMBER -> "a number";
        case FLAG -> "true or false";
        case NOTHING -> "nothing";
      };
    }
  }

  /** A list. */
  record Sequence(List<Value> items, Origin origin) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** The location of a refused value, whose error was reported already. */
  record Refused(Origin origin) implements Value {
    @Override
    public String describe() {
      return "a mistake";
    }
  }

  /**
   * A key and its value.
   *
   * @param key the key's text
   * @param keyOrigin the location where the key begins
   */
  record Entry(String key, Origin keyOrigin, Value value) {}

  /** A map, in the order written; keys are unique. */
  record Mapping(List<Entry> entries, Origin origin) implements Value {
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String describe() {
      return "a map";
    }

    /** Returns the value of {@code key}, if the map has it. */
    public Optional<Value> get(String key) {
      return entry(key).map(Entry::value);
    }

    /** Returns the entry of {@code key}, if the map has it. */
    public Optional<Entry> entry(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    }

    /** Tells whether a value in the map, at any depth, was refused. */
    public boolean hasRefused() {
      return isRefused(this);
    }

    private static boolean isRefused(Value value) {
      return switch (value) {
        case Scalar _ -> false;
        case Refused _ -> true;
        case Sequence list -> list.items().stream().anyMatch(Mapping::isRefused);
        case Mapping map -> map.entries().stream().anyMatch(entry -> isRefused(entry.value()));
      };
    }

    /**
     * Returns this map merged with {@code over}: maps are merged, all other values are replaced.
     */
    public Mapping overlaidWith(Mapping over) {
      Map<String, Entry> merged = new LinkedHashMap<>();
      for (Entry entry : entries) {
        merged.put(entry.key(), entry);
      }
      for (Entry entry : over.entries) {
        Entry under = merged.get(entry.key());
        if (under != null
            && under.value() instanceof Mapping below
            && entry.value() instanceof Mapping above) {
          merged.put(
              entry.key(), new Entry(entry.key(), entry.keyOrigin(), below.overlaidWith(above)));
        } else {
          merged.put(entry.key(), entry);
        }
      }
      return new Mapping(List.copyOf(merged.values()), over.origin);
    }
  }
}
