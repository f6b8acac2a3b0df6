package dev.reconcile.permute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers as decimal lines, many at a time and without a loop over digits. A long holds
 * eight digits, one per byte, the first one lowest, as it will lie in memory; three steps split it
 * into halves, and leading zeros are shifted out. One instance serves one thread: it holds scratch.
 */
final class Decimal {
  /** The longest line: 2^64 − 1 and a line feed. */
  private static final int LONGEST = 21;

  /** A store of eight bytes may reach so far beyond the line. */
  private static final int OVERHANG = 8;

  private static final long EIGHT_DIGITS = 100_000_000L;
  private static final long LETTERS = 0x3030_3030_3030_3030L;
  private static final long LAST_DIGIT = 1L << 56;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long[] lower;
  private final long[] middle;

  /** Writes up to so many lines at once. */
  Decimal(int lines) {
    lower = new long[lines];
    middle = new long[lines];
  }

  /** The size of a buffer that so many lines fit into. */
  static int room(int lines) {
    return lines * LONGEST + OVERHANG;
  }

  /**
   * Writes lines of unsigned numbers from the buffer's start on; returns where they end. Spoils the
   * numbers.
   *
   * @param last the greatest number that may occur, unsigned
   */
  int lines(long[] numbers, int count, long last, byte[] buffer) {
    if (Long.compareUnsigned(last, EIGHT_DIGITS) < 0) {
      digits(numbers, count);
      return shortLines(numbers, count, buffer);
    }
    split(numbers, lower, count);
    split(numbers, middle, count);
    digits(lower, count);
    digits(middle, count);
    digits(numbers, count);
    return longLines(numbers, count, buffer);
  }

  // Takes the last eight digits off.
  private static void split(long[] numbers, long[] ends, int count) {
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      // Halved, it is signed: division by a constant is then a multiplication.
      long rest = (number >>> 1) / (EIGHT_DIGITS / 2);
      numbers[i] = rest;
      ends[i] = number - rest * EIGHT_DIGITS;
    }
  }

  // Each loop is short enough for C2 to make vector code of it. The factors divide rightly for all
  // numbers of so many digits.
  private static void digits(long[] numbers, int count) {
    for (int i = 0; i < count; i++) {
      long upper = (numbers[i] * 109_951_163L) >>> 40; // / 10_000
      numbers[i] = (numbers[i] << 32) - upper * ((10_000L << 32) - 1);
    }
    for (int i = 0; i < count; i++) {
      long upper = ((numbers[i] * 10_486L) >>> 20) & 0x0000_007F_0000_007FL; // / 100
      numbers[i] = (numbers[i] << 16) - upper * ((100L << 16) - 1);
    }
    for (int i = 0; i < count; i++) {
      long upper = ((numbers[i] * 103L) >>> 10) & 0x000F_000F_000F_000FL; // / 10
      numbers[i] = (numbers[i] << 8) - upper * ((10L << 8) - 1);
    }
  }

  private static int shortLines(long[] digits, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = stripped(digits[i], buffer, end) + 1;
      buffer[end - 1] = '\n';
    }
    return end;
  }

  private int longLines(long[] upper, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      if (upper[i] != 0) {
        end = whole(middle[i], buffer, stripped(upper[i], buffer, end));
        end = whole(lower[i], buffer, end);
      } else if (middle[i] != 0) {
        end = whole(lower[i], buffer, stripped(middle[i], buffer, end));
      } else {
        end = stripped(lower[i], buffer, end);
      }
      buffer[end++] = '\n';
    }
    return end;
  }

  private static int stripped(long digits, byte[] buffer, int start) {
    int zeros = Long.numberOfTrailingZeros(digits | LAST_DIGIT) >>> 3;
    LONG.set(buffer, start, (digits | LETTERS) >>> (zeros * Byte.SIZE));
    return start + Long.BYTES - zeros;
  }

  private static int whole(long digits, byte[] buffer, int start) {
    LONG.set(buffer, start, digits | LETTERS);
    return start + Long.BYTES;
  }
}
