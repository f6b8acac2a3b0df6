// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text before the last eight digits of the numbers of a span, the sign included. Invariant: for
 * a span of at most 10^8 numbers of one sign, that is one text or one of two.
 */
final class Beginning {
  private static final int ROOM = 2 * Long.BYTES;

  private final boolean isNegative;
  private final long last;
  private final long low;
  private final long[] first = new long[2];
  private final long[] second = new long[2];
  private final int[] lengths = new int[2];
  // The number of leading zeros that may be dropped, where no digit precedes them: at most 7.
  private final int[] strips = new int[2];

  Beginning(Span span) {
    isNegative = span.isBelowZero();
    last = span.last();
    long smallest = isNegative ? -span.greatest() : span.least();
    low = Long.remainderUnsigned(smallest, Decimal.EIGHT_DIGITS);
    for (int i = 0; i < 2; i++) {
      text(i, Long.divideUnsigned(smallest, Decimal.EIGHT_DIGITS) + i);
    }
  }

  private void text(int which, long digits) {
    String text = (isNegative ? "-" : "") + (digits == 0 ? "" : Long.toUnsignedString(digits));
    byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), ROOM);
    first[which] = (long) Decimal.LONG.get(bytes, 0);
    second[which] = (long) Decimal.LONG.get(bytes, Long.BYTES);
    lengths[which] = text.length();
    strips[which] = digits == 0 ? Long.BYTES - 1 : 0;
  }

  /**
   * Replaces distances by their last eight digits and determines which of the two texts precedes
   * each.
   *
   * @return whether some have the second text
   */
  boolean split(long[] distances, long[] texts, int count) {
    if (isNegative) {
      for (int i = 0; i < count; i++) {
        distances[i] = last - distances[i];
      }
    }
    long some = 0;
    for (int i = 0; i < count; i++) {
      long value = distances[i] + low;
      long over = (Decimal.EIGHT_DIGITS - 1 - value) >>> 63;
      some |= over;
      texts[i] = over;
      distances[i] = value - (-over & Decimal.EIGHT_DIGITS);
    }
    return some != 0;
  }

  /** Returns whether the first text is empty. */
  boolean isEmpty() {
    return lengths[0] == 0;
  }

  /** Returns whether the first text has digits, so that all eight digits after it are written. */
  boolean hasDigits() {
    return strips[0] == 0;
  }

  /** Writes lines that begin with the first text, which has digits; returns where they end. */
  int lines(long[] digits, int count, byte[] buffer) {
    long text = first[0];
    long more = second[0];
    int length = lengths[0];
    int end = 0;
    for (int i = 0; i < count; i++) {
      Decimal.LONG.set(buffer, end, text);
      if (length > Long.BYTES) {
        Decimal.LONG.set(buffer, end + Long.BYTES, more);
      }
      end += length;
      Decimal.LONG.set(buffer, end, digits[i] | Decimal.LETTERS);
      end += Long.BYTES;
      buffer[end++] = '\n';
    }
    return end;
  }

  /** Writes lines that begin with either text; returns where they end. */
  int lines(long[] digits, long[] texts, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      int text = (int) texts[i];
      Decimal.LONG.set(buffer, end, first[text]);
      Decimal.LONG.set(buffer, end + Long.BYTES, second[text]);
      end += lengths[text];
      int zeros = Long.numberOfTrailingZeros(digits[i] | Decimal.LAST_DIGIT) >>> 3 & strips[text];
      Decimal.LONG.set(buffer, end, (digits[i] | Decimal.LETTERS) >>> (zeros * Byte.SIZE));
      end += Long.BYTES - zeros;
      buffer[end++] = '\n';
    }
    return end;
  }
}
