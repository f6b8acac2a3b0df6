// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/**
 * Consecutive numbers: {@code least}, {@code least + 1}, … {@code least + last}.
 *
 * <p>Invariant: the sum does not overflow, as two's complement if {@code least} is below zero, else
 * unsigned.
 *
 * @param least the first number
 * @param last how many follow it, unsigned
 * @param belowZero whether {@code least} is a number below zero, not one above 2^63 − 1
 */
public record Span(long least, long last, boolean belowZero) {
  public Span {
    long greatest = least + last;
    boolean holds =
        belowZero ? least < 0 && greatest >= least : Long.compareUnsigned(greatest, least) >= 0;
    if (!holds) {
      throw new IllegalArgumentException("The numbers of a span must fit into 64 bits.");
    }
  }

  /** Returns the numbers from 0 on. */
  public static Span from0(long last) {
    return new Span(0, last, false);
  }

  /** Converts distances from the least number into numbers. */
  void add(long[] distances, int count) {
    if (least == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      distances[i] += least;
    }
  }

  /** Returns the last number. */
  long greatest() {
    return least + last;
  }

  /** Returns whether all numbers are below zero. */
  boolean isBelowZero() {
    return belowZero && greatest() < 0;
  }
}
