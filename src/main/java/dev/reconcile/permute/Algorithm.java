// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/**
 * The algorithms that order numbers by a key. Invariant: the result of an algorithm for a key and a
 * size never changes; a better design becomes another constant.
 */
public enum Algorithm {
  /**
   * Six rounds of multiply, add and xorshift on k-bit numbers, with cycle walking into the size;
   * described in docs/permutation.md.
   */
  KEYED_PERMUTATION_V1("keyed-permutation/v1");

  private final String id;

  Algorithm(String id) {
    this.id = id;
  }

  /**
   * Returns the name that is hashed into every schedule, so that no two algorithms share one;
   * ASCII.
   */
  public String id() {
    return id;
  }
}
