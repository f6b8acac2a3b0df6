package dev.reconcile.permute;

/** What is printed at each position, and how many positions there are. */
public enum Order {
  /** {@code permute(position)}: as many positions as numbers. */
  WALK("v1"),
  /** {@code inverse(position)}: the index at which each number stands. */
  INVERSE("v1-inverse"),
  /**
   * The whole power of two is mapped in order, and what is not below the size is left out: the same
   * numbers as {@link #WALK} in another order, over more positions, some of which give nothing.
   */
  SKIP("v1-skip");

  private final String word;

  Order(String word) {
    this.word = word;
  }

  /** What a resume token begins with; it names the algorithm's version too. */
  String word() {
    return word;
  }
}
