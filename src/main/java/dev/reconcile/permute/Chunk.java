// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Consecutive positions, computed and written in memory; the scratch memory of one thread. */
final class Chunk {
  /** The number of positions at once: their text fits into a processor's second-level cache. */
  static final int POSITIONS = 8192;

  private final KeyedPermutation permutation;
  private final Order order;
  private final NumberFormat format;
  private final Filler filler;
  private final long[] numbers = new long[POSITIONS];
  private final Span span;
  private final Decimal decimal;
  private final byte[] text;

  Chunk(KeyedPermutation permutation, Span span, Order order, NumberFormat format) {
    this.permutation = permutation;
    // An inverse prints positions, which begin with 0 whatever the numbers are.
    this.span = order == Order.INVERSE ? Span.from0(span.last()) : span;
    this.decimal = new Decimal(POSITIONS, this.span);
    this.filler = permutation.filler();
    this.order = order;
    this.format = format;
    this.text =
        new byte[format == NumberFormat.LINES ? Decimal.room(POSITIONS) : POSITIONS * Long.BYTES];
  }

  /**
   * Returns the bytes of {@code count} positions from {@code first} on; valid until the next call.
   */
  ByteBuffer bytes(long first, int count) {
    int kept = compute(first, count);
    if (format == NumberFormat.LINES) {
      return ByteBuffer.wrap(text, 0, decimal.lines(numbers, kept, text));
    }
    span.add(numbers, kept);
    ByteBuffer bytes = ByteBuffer.wrap(text, 0, kept * Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(numbers, 0, kept);
    return bytes;
  }

  private int compute(long first, int count) {
    switch (order) {
      case WALK -> filler.fill(first, numbers, 0, count);
      case INVERSE -> {
        for (int i = 0; i < count; i++) {
          numbers[i] = permutation.inverse(first + i);
        }
      }
      case SKIP -> {
        return filler.fillKept(first, numbers, count);
      }
    }
    return count;
  }

  /** Returns how many of the first bytes are whole numbers. */
  int wholeBytes(int written) {
    if (format == NumberFormat.BINARY) {
      return written - written % Long.BYTES;
    }
    int whole = written;
    while (whole > 0 && text[whole - 1] != '\n') {
      whole--;
    }
    return whole;
  }

  /**
   * Returns how many positions, of {@code count} from {@code first} on, the first whole bytes
   * cover. It overwrites the numbers.
   */
  int positions(long first, int count, int wholeBytes) {
    int printed = format == NumberFormat.BINARY ? wholeBytes / Long.BYTES : lines(wholeBytes);
    if (order != Order.SKIP) {
      return printed;
    }
    int positions = 0;
    while (positions < count && printed > 0) {
      printed -= filler.fillKept(first + positions, numbers, 1);
      positions++;
    }
    return positions;
  }

  private int lines(int bytes) {
    int lines = 0;
    for (int i = 0; i < bytes; i++) {
      lines += text[i] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
