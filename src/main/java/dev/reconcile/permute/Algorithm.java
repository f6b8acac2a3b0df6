package dev.reconcile.permute;

/**
 * The ways to order numbers by a key. Invariant: what an algorithm yields for a key and a size
 * never changes; a better design becomes another constant.
 */
public enum Algorithm {
  /**
   * Six rounds of multiply, add and xorshift on k-bit numbers, walked into the size; described in
   * docs/permutation.md.
   */
  KEYED_PERMUTATION_V1("keyed-permutation/v1");

  private final String id;

  Algorithm(String id) {
    this.id = id;
  }

  /** The name that is hashed into every schedule, so that no two algorithms share one; ASCII. */
  public String id() {
    return id;
  }
}
