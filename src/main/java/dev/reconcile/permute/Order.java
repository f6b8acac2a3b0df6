// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/** The value that each position prints, and the number of positions. */
public enum Order {
  /** {@code permute(position)}: as many positions as numbers. */
  WALK("v1"),
  /** {@code inverse(position)}: the index of each number. */
  INVERSE("v1-inverse"),
  /**
   * Maps the whole power of two in order and skips the results that are not below the size: the
   * same numbers as {@link #WALK} in another order, over more positions, some of which print
   * nothing.
   */
  SKIP("v1-skip");

  private final String word;

  Order(String word) {
    this.word = word;
  }

  /** Returns the first part of a resume token, which names the algorithm's version too. */
  String word() {
    return word;
  }
}
