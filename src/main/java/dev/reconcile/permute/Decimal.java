// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The writer of a span's numbers as decimal lines, many at a time and without a loop over digits. A
 * long holds eight digits, one per byte, with the first digit in the lowest byte, as it will lie in
 * memory. Three steps split it into halves, and a shift removes leading zeros. An instance serves
 * one thread, because it holds scratch memory.
 */
final class Decimal {
  /** The length of the longest lines: 2^64 − 1 or −2^63, and a line feed. */
  private static final int LONGEST = 21;

  /** A store of sixteen bytes may exceed the line by this many bytes. */
  private static final int OVERHANG = 16;

  static final long EIGHT_DIGITS = 100_000_000L;
  static final long LETTERS = 0x3030_3030_3030_3030L;
  static final long LAST_DIGIT = 1L << 56;

  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Span span;
  private final Form form;
  private final Beginning beginning;
  private final long[] lower;
  private final long[] middle;
  private final long[] signs;

  /** The forms of a span's lines: narrower numbers need less work. */
  private enum Form {
    /** Up to eight digits. */
    SHORT,
    /** Up to eight digits, some with a sign. */
    SIGNED_SHORT,
    /** All digits but the last eight are one text, or one of two. */
    BEGUN,
    /** Any other number without a sign. */
    LONG,
    /** Any other number. */
    SIGNED_LONG
  }

  /**
   * @param lines the highest number of lines at once
   * @param span the numbers that may occur
   */
  Decimal(int lines, Span span) {
    this.span = span;
    form = form(span);
    beginning = new Beginning(span);
    lower = new long[lines];
    middle = new long[lines];
    signs = new long[span.belowZero() ? lines : 0];
  }

  private static Form form(Span span) {
    long greatest = span.greatest();
    boolean isShort = Long.compareUnsigned(greatest, EIGHT_DIGITS) < 0;
    if (!span.belowZero() && isShort) {
      return Form.SHORT;
    }
    boolean oneSign = !span.belowZero() || span.isBelowZero();
    if (oneSign && Long.compareUnsigned(span.last(), EIGHT_DIGITS) < 0) {
      return Form.BEGUN;
    }
    if (!span.belowZero()) {
      return Form.LONG;
    }
    return span.least() > -EIGHT_DIGITS && greatest < EIGHT_DIGITS
        ? Form.SIGNED_SHORT
        : Form.SIGNED_LONG;
  }

  /** Returns the size of a buffer that holds this many lines. */
  static int room(int lines) {
    return lines * LONGEST + OVERHANG;
  }

  /**
   * Writes lines of numbers of the span from the buffer's start on; returns where they end. It
   * overwrites the numbers.
   *
   * @param numbers the distance of each number from the least, unsigned
   */
  int lines(long[] numbers, int count, byte[] buffer) {
    switch (form) {
      case SHORT -> {
        span.add(numbers, count);
        digits(numbers, count);
        return shortLines(numbers, count, buffer);
      }
      case BEGUN -> {
        boolean mixed = beginning.split(numbers, lower, count);
        digits(numbers, count);
        if (!mixed && beginning.isEmpty()) {
          return shortLines(numbers, count, buffer);
        }
        return !mixed && beginning.hasDigits()
            ? beginning.lines(numbers, count, buffer)
            : beginning.lines(numbers, lower, count, buffer);
      }
      case LONG -> span.add(numbers, count);
      case SIGNED_SHORT, SIGNED_LONG -> unsign(numbers, count);
    }
    if (form == Form.SIGNED_SHORT) {
      digits(numbers, count);
      return signedShortLines(numbers, count, buffer);
    }
    split(numbers, lower, count);
    split(numbers, middle, count);
    digits(lower, count);
    digits(middle, count);
    digits(numbers, count);
    return form == Form.LONG
        ? longLines(numbers, count, buffer)
        : signedLongLines(numbers, count, buffer);
  }

  // The sign is 1 for a number below zero, else 0. There is no branch, because no processor could
  // predict it.
  private void unsign(long[] numbers, int count) {
    long least = span.least();
    for (int i = 0; i < count; i++) {
      long number = numbers[i] + least;
      long sign = number >>> 63;
      signs[i] = sign;
      numbers[i] = (number ^ -sign) + sign;
    }
  }

  // Splits off the last eight digits.
  private static void split(long[] numbers, long[] ends, int count) {
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      // Halved, the number is signed; division by a constant is then a multiplication.
      long rest = (number >>> 1) / (EIGHT_DIGITS / 2);
      numbers[i] = rest;
      ends[i] = number - rest * EIGHT_DIGITS;
    }
  }

  // Each loop is short enough for C2 to vectorise it. The factors divide correctly for all numbers
  // of this many digits.
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

  private int signedShortLines(long[] digits, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = stripped(digits[i], buffer, signed(i, buffer, end)) + 1;
      buffer[end - 1] = '\n';
    }
    return end;
  }

  private int longLines(long[] upper, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = longLine(upper[i], i, buffer, end);
      buffer[end++] = '\n';
    }
    return end;
  }

  private int signedLongLines(long[] upper, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = longLine(upper[i], i, buffer, signed(i, buffer, end));
      buffer[end++] = '\n';
    }
    return end;
  }

  // The text that follows overwrites a sign that does not belong there.
  private int signed(int i, byte[] buffer, int end) {
    buffer[end] = '-';
    return end + (int) signs[i];
  }

  private int longLine(long upper, int i, byte[] buffer, int start) {
    if (upper != 0) {
      return whole(lower[i], buffer, whole(middle[i], buffer, stripped(upper, buffer, start)));
    }
    return middle[i] != 0
        ? whole(lower[i], buffer, stripped(middle[i], buffer, start))
        : stripped(lower[i], buffer, start);
  }

  /** Writes eight digits without leading zeros, except the last digit; returns where they end. */
  static int stripped(long digits, byte[] buffer, int start) {
    int zeros = Long.numberOfTrailingZeros(digits | LAST_DIGIT) >>> 3;
    LONG.set(buffer, start, (digits | LETTERS) >>> (zeros * Byte.SIZE));
    return start + Long.BYTES - zeros;
  }

  private static int whole(long digits, byte[] buffer, int start) {
    LONG.set(buffer, start, digits | LETTERS);
    return start + Long.BYTES;
  }
}
