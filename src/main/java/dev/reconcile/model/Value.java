package dev.reconcile.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A YAML value with the place it was written at: what the files say, before it means anything. */
public sealed interface Value {
  /** Where the value begins. */
  Origin origin();

  /** What a person would call this kind of value. */
  String describe();

  /** How YAML 1.2's core schema reads a scalar. */
  enum ScalarType {
    TEXT,
    NUMBER,
    FLAG,
    NOTHING
  }

  /**
   * A single value.
   *
   * @param text as written, quotes removed
   * @param type how the core schema resolves it; quoted scalars are always text
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

  /** The place of a value that was refused: its mistake has been reported. */
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
   * @param keyOrigin where the key begins
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

    /** The value under {@code key}, if there. */
    public Optional<Value> get(String key) {
      return entry(key).map(Entry::value);
    }

    /** The entry with {@code key}, if there. */
    public Optional<Entry> entry(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    }

    /** Whether a value in it, however deep, has been refused. */
    public boolean hasRefused() {
      return isRefused(this);
    }

    private static boolean isRefused(Value value) {
      return switch (value) {
        case Scalar _ -> false;
        case Refused _ -> true;
        case Sequence list -> list.items().stream().anyMatch(Mapping::isRefused);
        case Mapping map -> map.entries().stream().anyMatch(one -> isRefused(one.value()));
      };
    }

    /** This map with {@code over} laid upon it: maps merge, everything else is replaced. */
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
