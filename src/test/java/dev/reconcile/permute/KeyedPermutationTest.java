// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Spliterator;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One-to-one for every size, and the same by every way of asking. */
final class KeyedPermutationTest {
  private static final long TWO_TO_63 = Long.MIN_VALUE;

  static long[] sizes() {
    return new long[] {
      1,
      2,
      3,
      5,
      127,
      128,
      129,
      255,
      256,
      257,
      1000,
      2047,
      2048,
      2049,
      5000,
      65536,
      100_000_007,
      (1L << 31) - 1,
      1L << 31,
      (1L << 31) + 1,
      (1L << 32) - 1,
      1L << 32,
      (1L << 32) + 1,
      1_000_000_000_000L,
      1L << 48,
      Long.MAX_VALUE,
      TWO_TO_63,
      TWO_TO_63 + 1,
      -2,
      -1,
    };
  }

  private static long below(Random random, long size) {
    return Long.remainderUnsigned(random.nextLong(), size);
  }

  @Test
  void everySizeUpTo2000IsOneToOneAndInverted() {
    for (String key : new String[] {"", "a", "another key"}) {
      for (int size = 1; size <= 2000; size++) {
        KeyedPermutation permutation = KeyedPermutation.of(key, size);
        boolean[] seen = new boolean[size];
        for (int i = 0; i < size; i++) {
          int number = (int) permutation.permute(i);
          if (seen[number] || permutation.inverse(number) != i) {
            throw new AssertionError("key " + key + ", size " + size + ", index " + i);
          }
          seen[number] = true;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void inverseUndoesPermuteAtAnySize(long size) {
    checkInverse(KeyedPermutation.of("boundary", size), size, 2000);
  }

  @Test
  void inverseUndoesPermuteAtRandomSizes() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      long size = Math.max(1, random.nextLong() >>> random.nextInt(63));
      checkInverse(KeyedPermutation.ofSeed(random.nextLong(), size), size, 20);
    }
  }

  private static void checkInverse(KeyedPermutation permutation, long size, int times) {
    Random random = new Random(size);
    for (int i = 0; i < times; i++) {
      long index = below(random, size);
      long number = permutation.permute(index);
      assertThat(Long.compareUnsigned(number, size)).isNegative();
      assertThat(permutation.inverse(number)).isEqualTo(index);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void theDescriptionGivesTheSame(long size) {
    byte[] key = "plain".getBytes(StandardCharsets.UTF_8);
    LongUnaryOperator plain = new Variant(6, true, 8).of(key, size);
    KeyedPermutation permutation = KeyedPermutation.of(key, size);
    Random random = new Random(size);
    for (int i = 0; i < 500; i++) {
      long index = below(random, size);
      assertThat(permutation.permute(index)).isEqualTo(plain.applyAsLong(index));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void fillingGivesWhatPermuteGives(long size) {
    KeyedPermutation permutation = KeyedPermutation.of("fill", size);
    Random random = new Random(size);
    int most = (int) (Long.compareUnsigned(size, 7000) < 0 ? size : 7000);
    for (int i = 0; i < 12; i++) {
      int length = i == 0 ? most : random.nextInt(most + 1);
      long from = below(random, size - length + 1);
      int offset = random.nextInt(9);
      long[] longs = new long[offset + length + 3];
      Arrays.fill(longs, -7);
      permutation.fill(from, longs, offset, length);
      for (int j = 0; j < longs.length; j++) {
        boolean inside = j >= offset && j < offset + length;
        assertThat(longs[j]).isEqualTo(inside ? permutation.permute(from + j - offset) : -7);
      }
      if (Long.compareUnsigned(size, 1L << 32) <= 0) {
        int[] ints = new int[longs.length];
        Arrays.fill(ints, -7);
        permutation.fill(from, ints, offset, length);
        assertThat(ints).isEqualTo(LongStream.of(longs).mapToInt(n -> (int) n).toArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1000, 20_000})
  void rangesInARowMakeTheWhole(long size) {
    KeyedPermutation permutation = KeyedPermutation.of("ranges", size);
    long[] whole = permutation.stream().toArray();
    assertThat(whole).hasSize((int) size).doesNotHaveDuplicates();
    long[] parts = new long[0];
    for (long from = 0; from < size; from += 333) {
      long[] part = permutation.stream(from, Math.min(size, from + 333)).toArray();
      int end = parts.length;
      parts = Arrays.copyOf(parts, end + part.length);
      System.arraycopy(part, 0, parts, end, part.length);
    }
    assertThat(parts).isEqualTo(whole);
    assertThat(permutation.stream().parallel().toArray()).isEqualTo(whole);
  }

  @Test
  void streamsSplitByIndex() {
    KeyedPermutation permutation = KeyedPermutation.of("split", 1L << 40);
    Spliterator.OfLong upper = permutation.stream(10, 110).spliterator();
    assertThat(upper.hasCharacteristics(Spliterator.SIZED | Spliterator.SUBSIZED)).isTrue();
    Spliterator.OfLong lower = upper.trySplit();
    assertThat(lower.getExactSizeIfKnown()).isEqualTo(50);
    assertThat(upper.getExactSizeIfKnown()).isEqualTo(50);
    assertThat(lower.tryAdvance((long n) -> assertThat(n).isEqualTo(permutation.permute(10))))
        .isTrue();
    assertThat(upper.tryAdvance((long n) -> assertThat(n).isEqualTo(permutation.permute(60))))
        .isTrue();
  }

  @Test
  void theLongestStreamIsNotSizedUntilSplit() {
    KeyedPermutation permutation = KeyedPermutation.ofFullRange(new byte[] {1});
    Spliterator.OfLong upper = permutation.stream().spliterator();
    assertThat(upper.hasCharacteristics(Spliterator.SIZED)).isFalse();
    assertThat(upper.trySplit().hasCharacteristics(Spliterator.SIZED)).isFalse();
    assertThat(upper.trySplit().estimateSize()).isEqualTo(1L << 62);
    assertThat(permutation.stream(-3, -1)).hasSize(2);
    assertThat(permutation.stream(0, 0)).isEmpty();
  }

  @Test
  void keysAreBytes() {
    byte[] bytes = {(byte) 0xC3, (byte) 0xA9};
    assertThat(KeyedPermutation.of("é", 1000).permute(5))
        .isEqualTo(KeyedPermutation.of(bytes, 1000).permute(5));
    assertThat(KeyedPermutation.ofSeed(1, 1000).permute(5))
        .isEqualTo(KeyedPermutation.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}, 1000).permute(5));
    assertThatThrownBy(() -> KeyedPermutation.of("\uD800", 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
  }

  @Test
  void whatDoesNotExistIsRefused() {
    KeyedPermutation ten = KeyedPermutation.of("", 10);
    assertThatThrownBy(() -> KeyedPermutation.of("", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The size is 0; it can be 1 to 2^64 - 1, and ofFullRange gives 2^64.");
    assertThatThrownBy(() -> ten.permute(10))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("The index 10 is not below 10.");
    assertThatThrownBy(() -> ten.inverse(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ten.stream(3, 11)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ten.stream(4, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ten.fill(5, new long[6], 0, 6))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("6 numbers from index 5 on go beyond 10.");
    assertThatThrownBy(() -> ten.fill(0, new int[6], 1, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> KeyedPermutation.of("", (1L << 32) + 1).fill(0, new int[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneInstanceServesManyThreads() {
    KeyedPermutation permutation = KeyedPermutation.of("threads", 100_000_007);
    long[] expected = new long[3000];
    permutation.fill(77, expected, 0, expected.length);
    assertThat(
            LongStream.range(0, 64)
                .parallel()
                .allMatch(_ -> {
                  long[] numbers = new long[3000];
                  permutation.fill(77, numbers, 0, numbers.length);
                  return Arrays.equals(numbers, expected);
                }))
        .isTrue();
  }

  @Test
  void theAlgorithmIsNamed() {
    assertThat(KeyedPermutation.of("", 1).algorithm()).isEqualTo(Algorithm.KEYED_PERMUTATION_V1);
    assertThat(Algorithm.KEYED_PERMUTATION_V1.id()).isEqualTo("keyed-permutation/v1");
    assertThat(new BigInteger(Long.toUnsignedString(KeyedPermutation.of("", -1).permute(-2))))
        .isPositive();
  }
}
