// SPDX-License-Identifier: Apache-2.0
package bench;

/**
 * The permutation of Andrew Kensler, "Correlated Multi-Jittered Sampling" (2013), written anew from
 * its published steps and constants: keyed multiplications and folds on a power of two, walked into
 * the size.
 */
final class Kensler {
  private final int size;
  private final int mask;
  private final int key;

  Kensler(int size, int key) {
    this.size = size;
    this.mask = -1 >>> Integer.numberOfLeadingZeros(size - 1);
    this.key = key;
  }

  int permute(int index) {
    int x = index;
    do {
      x = round(x);
    } while (Integer.compareUnsigned(x, size) >= 0);
    return Integer.remainderUnsigned(x + key, size);
  }

  private int round(int index) {
    int x = (index ^ key) * 0xe170893d;
    x = fold(x ^ (key >>> 16), 4);
    x = (x ^ (key >>> 8)) * 0x0929eb3f;
    x = fold(x ^ (key >>> 23), 1);
    x *= (1 | (key >>> 27)) * 0x6935fa69;
    x = fold(x, 11) * 0x74dcb303;
    x = fold(x, 2) * 0x9e501cc3;
    x = (fold(x, 2) * 0xc860a3df) & mask;
    return x ^ (x >>> 5);
  }

  private int fold(int x, int shift) {
    return x ^ ((x & mask) >>> shift);
  }
}
