// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.util.Spliterator;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A spliterator over the numbers at consecutive indices, split by index. It is sized unless there
 * are 2^63 numbers or more.
 */
final class IndexSpliterator implements Spliterator.OfLong {
  private static final int CHUNK = 1024;

  private final KeyedPermutation permutation;
  private final long last;
  private long next;
  private boolean done;

  /** Covers the indices from {@code next} to {@code last}, both included, unsigned. */
  IndexSpliterator(KeyedPermutation permutation, long next, long last, boolean empty) {
    this.permutation = permutation;
    this.next = next;
    this.last = last;
    this.done = empty;
  }

  @Override
  public boolean tryAdvance(LongConsumer action) {
    if (done) {
      return false;
    }
    long index = next;
    advance(1);
    action.accept(permutation.permute(index));
    return true;
  }

  @Override
  public void forEachRemaining(LongConsumer action) {
    if (done) {
      return;
    }
    long[] chunk = new long[(int) Math.min(CHUNK, estimateSize())];
    while (!done) {
      int count = (int) Math.min(chunk.length, estimateSize());
      permutation.fill(next, chunk, 0, count);
      advance(count);
      for (int i = 0; i < count; i++) {
        action.accept(chunk[i]);
      }
    }
  }

  private void advance(int count) {
    done = last - next == count - 1;
    next += count;
  }

  @Override
  public @Nullable IndexSpliterator trySplit() {
    if (done || next == last) {
      return null;
    }
    long middle = next + ((last - next) >>> 1);
    IndexSpliterator lower = new IndexSpliterator(permutation, next, middle, false);
    next = middle + 1;
    return lower;
  }

  @Override
  public long estimateSize() {
    if (done) {
      return 0;
    }
    long beforeLast = last - next;
    return beforeLast < 0 || beforeLast == Long.MAX_VALUE ? Long.MAX_VALUE : beforeLast + 1;
  }

  @Override
  public int characteristics() {
    int always = ORDERED | DISTINCT | NONNULL | IMMUTABLE;
    return estimateSize() == Long.MAX_VALUE ? always : always | SIZED | SUBSIZED;
  }
}
