// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/** Cycle walking like {@link IntWalk} for numbers of any width, as unsigned longs. */
final class LongWalk {
  /** At this number or below, mapping one by one is faster. */
  private static final int FEW = 8;

  private final Mixer mixer;
  private final long last;
  private final int[] places;
  private final long[] values;

  LongWalk(Mixer mixer, long last, int longest) {
    this.mixer = mixer;
    this.last = last;
    int scratch = last == mixer.mask() ? 0 : longest;
    this.places = new int[scratch];
    this.values = new long[scratch];
  }

  /** Fills a chunk, no longer than the longest, with the permutation from an index on. */
  void fill(long index, long[] chunk, int from, int to) {
    long first = index - from;
    for (int i = from; i < to; i++) {
      chunk[i] = first + i;
    }
    mixer.mix(chunk, from, to);
    if (last != mixer.mask()) {
      walk(chunk, from, to);
    }
  }

  private void walk(long[] chunk, int from, int to) {
    int left = 0;
    for (int i = from; i < to; i++) {
      places[left] = i;
      left += isOut(chunk[i], last);
    }
    while (left > FEW) {
      left = again(chunk, left);
    }
    for (int i = 0; i < left; i++) {
      long value = chunk[places[i]];
      do {
        value = mixer.mix(value);
      } while (isOut(value, last) != 0);
      chunk[places[i]] = value;
    }
  }

  private int again(long[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = chunk[places[i]];
    }
    mixer.mix(values, 0, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      int place = places[i];
      long value = values[i];
      chunk[place] = value;
      places[left] = place;
      left += isOut(value, last);
    }
    return left;
  }

  /**
   * Returns 1 if a value is above the last, else 0: the borrow of their difference, without a
   * branch.
   */
  static int isOut(long value, long last) {
    return (int) (((~last & value) | ((~last | value) & (last - value))) >>> 63);
  }
}
