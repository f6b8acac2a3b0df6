package dev.reconcile.permute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers as decimal lines. Four digits come from a table at once, eight make a long, and
 * its leading zeros are shifted out: no loop over digits, no branch on their number below 10^8.
 */
final class Decimal {
  /** The longest line: 2^64 − 1 and a line feed. */
  private static final int LONGEST = 21;

  /** A store of eight bytes may reach so far beyond the line. */
  private static final int OVERHANG = 8;

  private static final int FOUR_DIGITS = 10_000;
  private static final long EIGHT_DIGITS = 100_000_000L;
  private static final long SIXTEEN_DIGITS = EIGHT_DIGITS * EIGHT_DIGITS;
  private static final long VALUES_OF_DIGITS = 0x0F0F_0F0F_0F0F_0F0FL;
  private static final long EIGHTH_DIGIT = 1L << 56;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int[] FOUR = four();

  private Decimal() {}

  private static int[] four() {
    int[] table = new int[FOUR_DIGITS];
    for (int i = 0; i < FOUR_DIGITS; i++) {
      table[i] =
          ('0' + i / 1000)
              | (('0' + i / 100 % 10) << 8)
              | (('0' + i / 10 % 10) << 16)
              | (('0' + i % 10) << 24);
    }
    return table;
  }

  /** The size of a buffer that so many lines fit into. */
  static int room(int lines) {
    return lines * LONGEST + OVERHANG;
  }

  /** Writes lines of unsigned numbers from the buffer's start on; returns where they end. */
  static int lines(long[] numbers, int count, byte[] buffer) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      end =
          Long.compareUnsigned(number, EIGHT_DIGITS) < 0
              ? head((int) number, buffer, end)
              : large(number, buffer, end);
      buffer[end++] = '\n';
    }
    return end;
  }

  private static int large(long number, byte[] buffer, int start) {
    if (Long.compareUnsigned(number, SIXTEEN_DIGITS) < 0) {
      return tail(
          number % EIGHT_DIGITS, buffer, head((int) (number / EIGHT_DIGITS), buffer, start));
    }
    long top = Long.divideUnsigned(number, SIXTEEN_DIGITS);
    long rest = number - top * SIXTEEN_DIGITS;
    int end = head((int) top, buffer, start);
    return tail(rest % EIGHT_DIGITS, buffer, tail(rest / EIGHT_DIGITS, buffer, end));
  }

  private static int head(int number, byte[] buffer, int start) {
    long digits = eight(number);
    int zeroBits = Long.numberOfTrailingZeros((digits & VALUES_OF_DIGITS) | EIGHTH_DIGIT) & -8;
    LONG.set(buffer, start, digits >>> zeroBits);
    return start + Long.BYTES - (zeroBits >>> 3);
  }

  private static int tail(long number, byte[] buffer, int start) {
    LONG.set(buffer, start, eight((int) number));
    return start + Long.BYTES;
  }

  private static long eight(int number) {
    int upper = number / FOUR_DIGITS;
    return FOUR[upper] | ((long) FOUR[number - upper * FOUR_DIGITS] << 32);
  }
}
