// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.util.List;
import java.util.stream.IntStream;

/** Rows of a test of which {@code ./verify} takes every sixth, and {@code ./verify --all} each. */
final class Sampled {
  private static final int EVERY = Integer.getInteger("reconcile.rows", 6);

  private Sampled() {}

  /** Tells whether each row is taken. */
  static boolean isComplete() {
    return EVERY == 1;
  }

  static <T> List<T> of(List<T> rows) {
    return IntStream.range(0, rows.size()).filter(i -> i % EVERY == 0).mapToObj(rows::get).toList();
  }
}
