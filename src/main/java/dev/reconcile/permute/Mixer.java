package dev.reconcile.permute;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A one-to-one map of the numbers of {@code bits} bits, 8 to 64. Each round multiplies, adds and
 * folds the upper half onto the lower one; every one of these can be undone, so the whole can.
 *
 * <p>Numbers may carry bits above {@code bits} between rounds: multiplying and adding never move
 * them down, and the fold masks them.
 */
final class Mixer {
  private static final int LEAST_BITS = 8;
  private static final int FACTORS = 7;
  private static final int HASHES = 4;

  private final int bits;
  private final int shift;
  private final long mask;

  // Fields instead of arrays: the loops then keep them in registers.
  private final long m0;
  private final long m1;
  private final long m2;
  private final long m3;
  private final long m4;
  private final long m5;
  private final long m6;
  private final long c0;
  private final long c1;
  private final long c2;
  private final long c3;
  private final long c4;
  private final long c5;
  private final long c6;
  private final long[] inverses = new long[FACTORS];

  /**
   * The map that a key gives for numbers up to {@code last}.
   *
   * @param key any bytes
   * @param last the greatest number, unsigned
   */
  Mixer(byte[] key, long last) {
    bits = Math.max(LEAST_BITS, Long.SIZE - Long.numberOfLeadingZeros(last));
    shift = (bits + 1) / 2;
    mask = -1L >>> (Long.SIZE - bits);
    ByteBuffer words = words(key, last);
    m0 = factor(words);
    c0 = words.getLong();
    m1 = factor(words);
    c1 = words.getLong();
    m2 = factor(words);
    c2 = words.getLong();
    m3 = factor(words);
    c3 = words.getLong();
    m4 = factor(words);
    c4 = words.getLong();
    m5 = factor(words);
    c5 = words.getLong();
    m6 = factor(words);
    c6 = words.getLong();
    long[] factors = {m0, m1, m2, m3, m4, m5, m6};
    for (int i = 0; i < FACTORS; i++) {
      inverses[i] = inverse(factors[i]);
    }
  }

  private static ByteBuffer words(byte[] key, long last) {
    byte[] name = Algorithm.KEYED_PERMUTATION_V1.id().getBytes(StandardCharsets.US_ASCII);
    MessageDigest sha256 = sha256();
    ByteBuffer words = ByteBuffer.allocate(HASHES * sha256.getDigestLength());
    for (int j = 0; j < HASHES; j++) {
      sha256.update(name);
      sha256.update(ByteBuffer.allocate(13).put((byte) 0).putLong(last).putInt(j).flip());
      words.put(sha256.digest(key));
    }
    return words.flip();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  // 3 or 5 modulo 8, never near 1 or -1: a factor near those hardly mixes (a weak key).
  private static long factor(ByteBuffer words) {
    long word = words.getLong();
    return (word & ~7L) | ((word & 1) == 0 ? 3 : 5);
  }

  // Newton's method: an odd number inverts itself to 3 bits, and each step doubles them.
  private static long inverse(long odd) {
    long inverse = odd;
    for (int known = 3; known < Long.SIZE; known *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  int bits() {
    return bits;
  }

  /** The greatest number of so many bits, unsigned. */
  long mask() {
    return mask;
  }

  /** Maps one number up to the mask. */
  long mix(long number) {
    long x = m0 * number + c0;
    x ^= (x & mask) >>> shift;
    x = m1 * x + c1;
    x ^= (x & mask) >>> shift;
    x = m2 * x + c2;
    x ^= (x & mask) >>> shift;
    x = m3 * x + c3;
    x ^= (x & mask) >>> shift;
    x = m4 * x + c4;
    x ^= (x & mask) >>> shift;
    x = m5 * x + c5;
    x ^= (x & mask) >>> shift;
    return (m6 * x + c6) & mask;
  }

  /** Finds the number that {@link #mix} maps to this one. */
  long unmix(long mixed) {
    long x = inverses[6] * (mixed - c6);
    x = unfold(x, 5, c5);
    x = unfold(x, 4, c4);
    x = unfold(x, 3, c3);
    x = unfold(x, 2, c2);
    x = unfold(x, 1, c1);
    return unfold(x, 0, c0) & mask;
  }

  // The fold is its own inverse: it moves at least half of the bits, so the moved ones stay.
  private long unfold(long x, int round, long constant) {
    return inverses[round] * ((x ^ ((x & mask) >>> shift)) - constant);
  }

  /** Maps numbers of at most 32 bits in place, as unsigned ints; a loop that C2 vectorises. */
  void mix(int[] numbers, int from, int to) {
    int low = (int) mask;
    int s = shift;
    int a0 = (int) m0;
    int a1 = (int) m1;
    int a2 = (int) m2;
    int a3 = (int) m3;
    int a4 = (int) m4;
    int a5 = (int) m5;
    int a6 = (int) m6;
    int b0 = (int) c0;
    int b1 = (int) c1;
    int b2 = (int) c2;
    int b3 = (int) c3;
    int b4 = (int) c4;
    int b5 = (int) c5;
    int b6 = (int) c6;
    for (int i = from; i < to; i++) {
      int x = a0 * numbers[i] + b0;
      x ^= (x & low) >>> s;
      x = a1 * x + b1;
      x ^= (x & low) >>> s;
      x = a2 * x + b2;
      x ^= (x & low) >>> s;
      x = a3 * x + b3;
      x ^= (x & low) >>> s;
      x = a4 * x + b4;
      x ^= (x & low) >>> s;
      x = a5 * x + b5;
      x ^= (x & low) >>> s;
      numbers[i] = (a6 * x + b6) & low;
    }
  }

  /** Maps numbers in place; a loop that C2 vectorises. */
  void mix(long[] numbers, int from, int to) {
    long low = mask;
    int s = shift;
    long a0 = m0;
    long a1 = m1;
    long a2 = m2;
    long a3 = m3;
    long a4 = m4;
    long a5 = m5;
    long a6 = m6;
    long b0 = c0;
    long b1 = c1;
    long b2 = c2;
    long b3 = c3;
    long b4 = c4;
    long b5 = c5;
    long b6 = c6;
    for (int i = from; i < to; i++) {
      long x = a0 * numbers[i] + b0;
      x ^= (x & low) >>> s;
      x = a1 * x + b1;
      x ^= (x & low) >>> s;
      x = a2 * x + b2;
      x ^= (x & low) >>> s;
      x = a3 * x + b3;
      x ^= (x & low) >>> s;
      x = a4 * x + b4;
      x ^= (x & low) >>> s;
      x = a5 * x + b5;
      x ^= (x & low) >>> s;
      numbers[i] = (a6 * x + b6) & low;
    }
  }
}
