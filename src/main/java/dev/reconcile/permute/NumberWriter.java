// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writer of a permutation's numbers to a channel, in constant memory. Invariant: even after a
 * failure, {@link #next()} is the first position that is not completely in the channel, and every
 * position before it is. A writer writes once.
 *
 * <p>Threads take chunks in turns, compute them at the same time and write them one after another.
 */
public final class NumberWriter {
  private final KeyedPermutation permutation;
  private final Span span;
  private final Order order;
  private final NumberFormat format;
  private final Object lock = new Object();

  // Guarded by the lock.
  private long next;
  private int cut;
  private long turn;
  private boolean stopped;
  private @Nullable Throwable failure;

  /**
   * Creates a writer of the numbers from 0 on, for one run.
   *
   * @param permutation the order of the numbers
   * @param order what each position prints
   * @param format the format of a number
   */
  public NumberWriter(KeyedPermutation permutation, Order order, NumberFormat format) {
    this(permutation, Span.from0(permutation.last()), order, format);
  }

  /**
   * Creates a writer for one run.
   *
   * @param permutation the order of the numbers
   * @param span the numbers, as many as the permutation has; the least corresponds to its 0
   * @param order what each position prints
   * @param format the format of a number
   */
  public NumberWriter(KeyedPermutation permutation, Span span, Order order, NumberFormat format) {
    this.permutation = permutation;
    this.span = span;
    this.order = order;
    this.format = format;
  }

  /**
   * Writes the numbers at consecutive positions; ends early after {@link #stop}.
   *
   * @param out the channel, blocking
   * @param first the first position, unsigned
   * @param last the last position, {@code first} or above, unsigned; below the size, or with {@link
   *     Order#SKIP} below the power of two
   * @param threads the number of threads, 1 or more
   * @throws IOException if the channel accepts no more; see {@link #next()} and {@link #cut()}
   */
  public void write(WritableByteChannel out, long first, long last, int threads)
      throws IOException {
    synchronized (lock) {
      next = first;
    }
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      int number = i;
      others.add(Thread.ofPlatform().start(() -> work(out, first, last, number, threads)));
    }
    work(out, first, last, 0, threads);
    others.forEach(NumberWriter::join);
    synchronized (lock) {
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the first position that is not written; all positions before it are. */
  public long next() {
    synchronized (lock) {
      return next;
    }
  }

  /** Returns, after a failure, how many bytes of an incomplete number follow the last whole one. */
  public int cut() {
    synchronized (lock) {
      return cut;
    }
  }

  /** Ends the run after the chunk that is being written; from any thread. */
  public void stop() {
    synchronized (lock) {
      stopped = true;
      lock.notifyAll();
    }
  }

  private void work(WritableByteChannel out, long first, long last, int worker, int workers) {
    try {
      Chunk chunk = new Chunk(permutation, span, order, format);
      long chunks = Long.divideUnsigned(last - first, Chunk.POSITIONS) + 1;
      for (long number = worker; number < chunks; number += workers) {
        long start = first + number * Chunk.POSITIONS;
        int count = number == chunks - 1 ? (int) (last - start) + 1 : Chunk.POSITIONS;
        ByteBuffer bytes = chunk.bytes(start, count);
        if (!awaitTurn(number)) {
          return;
        }
        write(out, chunk, bytes, start, count);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private boolean awaitTurn(long number) {
    synchronized (lock) {
      boolean interrupted = false;
      while (turn != number && !stopped) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return !stopped;
    }
  }

  private void write(WritableByteChannel out, Chunk chunk, ByteBuffer bytes, long start, int count)
      throws IOException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      int whole = chunk.wholeBytes(bytes.position());
      synchronized (lock) {
        next = start + chunk.positions(start, count, whole);
        cut = bytes.position() - whole;
      }
      throw e;
    }
    synchronized (lock) {
      next = start + count;
      turn++;
      lock.notifyAll();
    }
  }

  private void fail(Throwable e) {
    synchronized (lock) {
      failure = failure == null ? e : failure;
      stopped = true;
      lock.notifyAll();
    }
  }
}
