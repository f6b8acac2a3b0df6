// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/**
 * The computation of the numbers at consecutive indices in chunks that fit into a processor's
 * first-level cache and are long enough for vector code. An instance serves one thread, because it
 * holds scratch memory.
 */
final class Filler {
  private static final int CHUNK = 2048;

  private final Mixer mixer;
  private final long last;
  private final int longest;
  private final int[] narrow;
  private final IntWalk ints;
  private final LongWalk longs;

  /**
   * Allocates scratch memory for fills of up to {@code length} numbers at once; longer fills work
   * too.
   *
   * @param wide whether longs are filled
   */
  Filler(Mixer mixer, long last, int length, boolean wide) {
    boolean small = mixer.bits() <= Integer.SIZE;
    this.mixer = mixer;
    this.last = last;
    this.longest = Math.min(CHUNK, Math.max(1, length));
    this.ints = new IntWalk(mixer, last, small ? longest : 0);
    this.longs = new LongWalk(mixer, last, small ? 0 : longest);
    this.narrow = new int[small && wide ? longest : 0];
  }

  void fill(long from, int[] target, int offset, int length) {
    for (int done = 0, count; done < length; done += count) {
      count = Math.min(longest, length - done);
      ints.fill(from + done, target, offset + done, offset + done + count);
    }
  }

  void fill(long from, long[] target, int offset, int length) {
    for (int done = 0, count; done < length; done += count) {
      count = Math.min(longest, length - done);
      int start = offset + done;
      if (narrow.length == 0) {
        longs.fill(from + done, target, start, start + count);
      } else {
        ints.fill(from + done, narrow, 0, count);
        widen(target, start, count);
      }
    }
  }

  private void widen(long[] target, int start, int count) {
    for (int i = 0; i < count; i++) {
      target[start + i] = narrow[i] & 0xFFFF_FFFFL;
    }
  }

  /** Maps positions of the power of two and keeps the results below the size; returns how many. */
  int fillKept(long from, long[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = from + i;
    }
    mixer.mix(target, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      long number = target[i];
      target[kept] = number;
      kept += 1 - LongWalk.isOut(number, last);
    }
    return kept;
  }
}
