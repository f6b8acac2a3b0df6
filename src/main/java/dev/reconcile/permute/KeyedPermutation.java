// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/**
 * The numbers 0 to size − 1 in an order that a key chooses, computed number by number, without a
 * list. Invariant: the order is one-to-one for every key and size, and the same on every machine
 * and in every version that returns the same {@link #algorithm()}. Immutable and safe for any
 * number of threads.
 *
 * <p>The order looks random and is not secret: an observer of enough numbers may derive the rest.
 * For secrets, use FF1 (NIST SP 800-38G).
 *
 * <p>Sizes and numbers are unsigned: a {@code long} below 0 means itself plus 2^64 ({@link
 * Long#toUnsignedString(long)}). That concerns sizes above 2^63 − 1 only.
 *
 * <p>Source: docs/permutation.md, which specifies the algorithm and has its test vectors.
 */
public final class KeyedPermutation {
  private final Mixer mixer;
  private final long last;

  private KeyedPermutation(byte[] key, long last) {
    this.mixer = new Mixer(key, last);
    this.last = last;
  }

  /**
   * Returns the permutation of a key for a size.
   *
   * @param key any bytes, also none; each key has its own order
   * @param size how many numbers, 1 to 2^64 − 1, unsigned
   * @throws IllegalArgumentException if the size is 0
   */
  public static KeyedPermutation of(byte[] key, long size) {
    if (size == 0) {
      throw new IllegalArgumentException(
          "The size is 0; it can be 1 to 2^64 - 1, and ofFullRange gives 2^64.");
    }
    return new KeyedPermutation(key, size - 1);
  }

  /**
   * Returns the permutation of a text for a size. The key is the text's UTF-8 bytes, not
   * normalised.
   *
   * @param key any text
   * @param size how many numbers, 1 to 2^64 − 1, unsigned
   * @throws IllegalArgumentException if the size is 0, or the text has half of a surrogate pair
   */
  public static KeyedPermutation of(String key, long size) {
    return of(utf8(key), size);
  }

  /**
   * Returns the permutation of a numeric seed for a size. The key is the seed's 8 bytes, the
   * highest first.
   *
   * @param seed any number
   * @param size how many numbers, 1 to 2^64 − 1, unsigned
   * @throws IllegalArgumentException if the size is 0
   */
  public static KeyedPermutation ofSeed(long seed, long size) {
    return of(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), size);
  }

  /**
   * Returns the permutation of a key for all 2^64 numbers of a {@code long}.
   *
   * @param key any bytes, also none
   */
  public static KeyedPermutation ofFullRange(byte[] key) {
    return new KeyedPermutation(key, -1);
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] key = new byte[bytes.remaining()];
      bytes.get(key);
      return key;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("The key has half of a surrogate pair.", e);
    }
  }

  /**
   * Returns the number at an index.
   *
   * @param index 0 to size − 1, unsigned
   * @return 0 to size − 1, unsigned; another number for every index
   * @throws IndexOutOfBoundsException if the index is not below the size
   */
  public long permute(long index) {
    check(index, "index");
    long number = index;
    do {
      number = mixer.mix(number);
    } while (Long.compareUnsigned(number, last) > 0);
    return number;
  }

  /**
   * Returns the index of a number: {@code inverse(permute(i)) == i}.
   *
   * @param number 0 to size − 1, unsigned
   * @return 0 to size − 1, unsigned
   * @throws IndexOutOfBoundsException if the number is not below the size
   */
  public long inverse(long number) {
    check(number, "number");
    long index = number;
    do {
      index = mixer.unmix(index);
    } while (Long.compareUnsigned(index, last) > 0);
    return index;
  }

  /**
   * Writes the numbers at consecutive indices, several times faster than one by one: {@code
   * target[offset + i] == permute(from + i)}.
   *
   * @param from the first index, 0 to size − 1, unsigned
   * @param target the array that receives the numbers
   * @param offset the position of the first number in the array
   * @param length how many, up to size − from; may be 0
   * @throws IndexOutOfBoundsException if the indices or the positions do not exist
   */
  public void fill(long from, long[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    checkRange(from, length);
    new Filler(mixer, last, length, true).fill(from, target, offset, length);
  }

  /**
   * Writes the numbers at consecutive indices as ints, unsigned if the size is above 2^31. It is
   * faster than with longs.
   *
   * @param from the first index, 0 to size − 1
   * @param target the array that receives the numbers
   * @param offset the position of the first number in the array
   * @param length how many, up to size − from; may be 0
   * @throws IndexOutOfBoundsException if the indices or the positions do not exist
   * @throws IllegalStateException if the size is above 2^32
   */
  public void fill(long from, int[] target, int offset, int length) {
    if (mixer.bits() > Integer.SIZE) {
      throw new IllegalStateException(
          "Numbers below " + sizeText() + " do not fit into ints; use longs.");
    }
    Objects.checkFromIndexSize(offset, length, target.length);
    checkRange(from, length);
    new Filler(mixer, last, length, false).fill(from, target, offset, length);
  }

  /** Returns scratch memory for one thread that fills longs repeatedly; it checks nothing. */
  Filler filler() {
    return new Filler(mixer, last, Integer.MAX_VALUE, true);
  }

  /** Returns the greatest number, unsigned. */
  long last() {
    return last;
  }

  /** Returns the last position of {@link Order#SKIP}, unsigned: that of the power of two. */
  public long lastPosition() {
    return mixer.mask();
  }

  /**
   * Returns all numbers in order. The stream is sized and split by index, so it can run in
   * parallel; above 2^63 − 1 numbers it is not sized.
   */
  public LongStream stream() {
    return StreamSupport.longStream(new IndexSpliterator(this, 0, last, false), false);
  }

  /**
   * Returns the numbers at the indices from {@code from} to {@code to} − 1; sized and split by
   * index.
   *
   * @param from the first index, unsigned
   * @param to the index after the last, {@code from} to size, unsigned; only {@link #stream()}
   *     includes the last of 2^64 numbers
   * @throws IndexOutOfBoundsException if these indices do not exist
   */
  public LongStream stream(long from, long to) {
    if (Long.compareUnsigned(from, to) > 0 || (to != 0 && Long.compareUnsigned(to - 1, last) > 0)) {
      throw new IndexOutOfBoundsException(
          "The indices from %s to %s (exclusive) are not within 0 to %s."
              .formatted(Long.toUnsignedString(from), Long.toUnsignedString(to), sizeText()));
    }
    return StreamSupport.longStream(new IndexSpliterator(this, from, to - 1, from == to), false);
  }

  /**
   * Returns the algorithm, which fixes the order for ever. Store it beside any number that must not
   * change.
   */
  public Algorithm algorithm() {
    return Algorithm.KEYED_PERMUTATION_V1;
  }

  private void check(long value, String name) {
    if (Long.compareUnsigned(value, last) > 0) {
      throw new IndexOutOfBoundsException(
          "The " + name + " " + Long.toUnsignedString(value) + " is not below " + sizeText() + ".");
    }
  }

  private void checkRange(long from, int length) {
    if (length > 0) {
      check(from, "index");
      if (Long.compareUnsigned(length - 1, last - from) > 0) {
        throw new IndexOutOfBoundsException(
            "%s numbers from index %s on go beyond %s."
                .formatted(length, Long.toUnsignedString(from), sizeText()));
      }
    }
  }

  private String sizeText() {
    return last == -1 ? "2^64" : Long.toUnsignedString(last + 1);
  }
}
