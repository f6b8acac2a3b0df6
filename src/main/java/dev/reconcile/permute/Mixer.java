// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A one-to-one map of the numbers of {@code bits} bits, 8 to 64. Each round multiplies, adds and
 * folds the upper half onto the lower one. Each of these operations is invertible, so the whole map
 * is.
 *
 * <p>Numbers may carry bits above {@code bits} between rounds: multiplying and adding never move
 * them down, and the fold masks them.
 */
final class Mixer {
  private static final int LEAST_BITS = 8;
  private static final int ROUNDS = 6;
  private static final int HASHES = 4;

  private final int bits;
  private final int shift;
  private final long mask;

  private final long[] factors = new long[ROUNDS + 1];
  private final long[] addends = new long[ROUNDS + 1];
  private final long[] inverses = new long[ROUNDS + 1];

  // The same values as fields: with arrays, a single number takes a fifth longer.
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

  /**
   * Creates the map of a key for numbers up to {@code last}.
   *
   * @param key any bytes
   * @param last the greatest number, unsigned
   */
  Mixer(byte[] key, long last) {
    bits = Math.max(LEAST_BITS, Long.SIZE - Long.numberOfLeadingZeros(last));
    shift = (bits + 1) / 2;
    mask = -1L >>> (Long.SIZE - bits);
    ByteBuffer words = words(key, last);
    for (int i = 0; i <= ROUNDS; i++) {
      factors[i] = factor(words);
      addends[i] = words.getLong();
      inverses[i] = inverse(factors[i]);
    }
    m0 = factors[0];
    c0 = addends[0];
    m1 = factors[1];
    c1 = addends[1];
    m2 = factors[2];
    c2 = addends[2];
    m3 = factors[3];
    c3 = addends[3];
    m4 = factors[4];
    c4 = addends[4];
    m5 = factors[5];
    c5 = addends[5];
    m6 = factors[6];
    c6 = addends[6];
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

  // The factor is 3 or 5 modulo 8, never near 1 or -1: a factor near those hardly mixes (a weak
  // key).
  private static long factor(ByteBuffer words) {
    long word = words.getLong();
    return (word & ~7L) | ((word & 1) == 0 ? 3 : 5);
  }

  // Newton's method: an odd number is its own inverse to 3 bits, and each step doubles the correct
  // bits.
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

  /** Returns the greatest number of this many bits, unsigned. */
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

  /** Returns the number that {@link #mix} maps to this one. */
  long unmix(long mixed) {
    long x = inverses[ROUNDS] * (mixed - addends[ROUNDS]);
    for (int i = ROUNDS - 1; i >= 0; i--) {
      // The fold is its own inverse: it shifts by at least half of the bits, so the shifted ones
      // stay unchanged.
      x ^= (x & mask) >>> shift;
      x = inverses[i] * (x - addends[i]);
    }
    return x & mask;
  }

  /** Maps numbers in place, several times faster than one by one. */
  void mix(long[] numbers, int from, int to) {
    for (int i = 0; i < ROUNDS; i++) {
      round(numbers, from, to, factors[i], addends[i], mask, shift);
    }
    finish(numbers, from, to, factors[ROUNDS], addends[ROUNDS], mask);
  }

  /** Maps numbers of at most 32 bits in place, as unsigned ints. */
  void mix(int[] numbers, int from, int to) {
    for (int i = 0; i < ROUNDS; i++) {
      round(numbers, from, to, (int) factors[i], (int) addends[i], (int) mask, shift);
    }
    finish(numbers, from, to, (int) factors[ROUNDS], (int) addends[ROUNDS], (int) mask);
  }

  // C2 vectorises a loop over one round; a loop over all rounds is too long for it.

  private static void round(
      long[] numbers, int from, int to, long factor, long addend, long mask, int shift) {
    for (int i = from; i < to; i++) {
      long x = factor * numbers[i] + addend;
      numbers[i] = x ^ ((x & mask) >>> shift);
    }
  }

  private static void finish(
      long[] numbers, int from, int to, long factor, long addend, long mask) {
    for (int i = from; i < to; i++) {
      numbers[i] = (factor * numbers[i] + addend) & mask;
    }
  }

  private static void round(
      int[] numbers, int from, int to, int factor, int addend, int mask, int shift) {
    for (int i = from; i < to; i++) {
      int x = factor * numbers[i] + addend;
      numbers[i] = x ^ ((x & mask) >>> shift);
    }
  }

  private static void finish(int[] numbers, int from, int to, int factor, int addend, int mask) {
    for (int i = from; i < to; i++) {
      numbers[i] = (factor * numbers[i] + addend) & mask;
    }
  }
}
