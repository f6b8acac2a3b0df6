// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/**
 * Cycle walking for a chunk of numbers of at most 32 bits, as unsigned ints: it maps each number
 * again until it is below the size. Invariant: the results are those of {@link
 * KeyedPermutation#permute}.
 *
 * <p>It gathers the numbers that are still out of range without a branch, since no processor
 * predicts which they are, and maps them together. An instance serves one call at a time, because
 * it holds scratch memory.
 */
final class IntWalk {
  /** At this number or below, mapping one by one is faster. */
  private static final int FEW = 16;

  private final Mixer mixer;
  private final long last;
  private final int[] places;
  private final int[] values;

  IntWalk(Mixer mixer, long last, int longest) {
    this.mixer = mixer;
    this.last = last;
    int scratch = last == mixer.mask() ? 0 : longest;
    this.places = new int[scratch];
    this.values = new int[scratch];
  }

  /** Fills a chunk, no longer than the longest, with the permutation from an index on. */
  void fill(long index, int[] chunk, int from, int to) {
    int first = (int) index - from;
    for (int i = from; i < to; i++) {
      chunk[i] = first + i;
    }
    mixer.mix(chunk, from, to);
    if (last != mixer.mask()) {
      walk(chunk, from, to);
    }
  }

  private void walk(int[] chunk, int from, int to) {
    int left = 0;
    for (int i = from; i < to; i++) {
      places[left] = i;
      left += isOut(chunk[i]);
    }
    while (left > FEW) {
      left = again(chunk, left);
    }
    for (int i = 0; i < left; i++) {
      long value = Integer.toUnsignedLong(chunk[places[i]]);
      do {
        value = mixer.mix(value);
      } while (value > last);
      chunk[places[i]] = (int) value;
    }
  }

  private int again(int[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = chunk[places[i]];
    }
    mixer.mix(values, 0, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int place = places[i];
      int value = values[i];
      chunk[place] = value;
      places[left] = place;
      left += isOut(value);
    }
    return left;
  }

  private int isOut(int value) {
    return (int) ((last - Integer.toUnsignedLong(value)) >>> 63);
  }
}
