// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import java.util.List;
import java.util.stream.Stream;

/** The value of an expression, as far as its text alone tells it. */
public sealed interface Literal {
  /** A string. */
  record Text(String value) implements Literal {}

  /** A whole number. */
  record Whole(long value) implements Literal {}

  /** {@code True} or {@code False}. */
  record Flag(boolean value) implements Literal {}

  /** {@code None}. */
  record Nothing() implements Literal {}

  /** A list or a tuple. */
  record Many(List<Literal> values) implements Literal {
    public Many {
      values = List.copyOf(values);
    }
  }

  /** A value that only Python can compute. */
  record Computed() implements Literal {}

  /** Tells whether the value is known. */
  default boolean isKnown() {
    return !(this instanceof Computed);
  }

  /** Returns the strings of the value: itself, or the strings of a list. */
  default Stream<String> texts() {
    return switch (this) {
      case Text text -> Stream.of(text.value());
      case Many many -> many.values().stream().flatMap(Literal::texts);
      case Whole _, Flag _, Nothing _, Computed _ -> Stream.empty();
    };
  }
}
