// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** Something that orders numbers by a key: the one we ship, a mutant of it, or true chance. */
interface Subject {
  /** What gives the number at an index. */
  LongUnaryOperator of(byte[] key, long size);

  /** The one we ship. */
  static Subject shipped() {
    return (key, size) -> KeyedPermutation.of(key, size)::permute;
  }

  /** A shuffle: what a test must let pass, or the test is wrong. */
  static Subject shuffle() {
    return (key, size) -> {
      Random random = new Random(ByteBuffer.wrap(key).getLong() * 0x9E3779B97F4A7C15L);
      int[] list = new int[(int) size];
      for (int i = 0; i < list.length; i++) {
        int j = random.nextInt(i + 1);
        list[i] = list[j];
        list[j] = i;
      }
      return index -> list[(int) index];
    };
  }

  /** The key with a number. */
  static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** All numbers in the order of the key with a number. */
  default int[] all(long key, int size) {
    LongUnaryOperator permutation = of(key(key), size);
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (int) permutation.applyAsLong(i);
    }
    return numbers;
  }
}
