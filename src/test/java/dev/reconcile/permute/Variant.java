// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.LongUnaryOperator;

/**
 * The algorithm once more, as plain as its description, and with knobs: with six rounds, chosen
 * factors and eight bits it is the one we ship; with others it is a mutant that the tests must
 * tell.
 *
 * @param rounds how many rounds
 * @param chosenFactors whether factors are 3 or 5 modulo 8, or any odd ones
 * @param leastBits the least width
 */
record Variant(int rounds, boolean chosenFactors, int leastBits) implements Subject {
  @Override
  public LongUnaryOperator of(byte[] key, long size) {
    int bits = Math.max(leastBits, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    long mask = bits == Long.SIZE ? -1 : (1L << bits) - 1;
    int shift = (bits + 1) / 2;
    ByteBuffer words = words(key, size);
    long[] m = new long[rounds + 1];
    long[] c = new long[rounds + 1];
    for (int i = 0; i <= rounds; i++) {
      m[i] = factor(words.getLong());
      c[i] = words.getLong();
    }
    return index -> {
      long x = index;
      do {
        for (int i = 0; i < rounds; i++) {
          x = (m[i] * x + c[i]) & mask;
          x ^= x >>> shift;
        }
        x = (m[rounds] * x + c[rounds]) & mask;
      } while (Long.compareUnsigned(x, size - 1) > 0);
      return x;
    };
  }

  private long factor(long word) {
    if (!chosenFactors) {
      return word | 1;
    }
    return (word & -8) | (word % 2 == 0 ? 3 : 5);
  }

  private static ByteBuffer words(byte[] key, long size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    MessageDigest sha256 = Mixer.sha256();
    for (int j = 0; j < 4; j++) {
      sha256.update("keyed-permutation/v1\0".getBytes(StandardCharsets.US_ASCII));
      sha256.update(ByteBuffer.allocate(12).putLong(size - 1).putInt(j).array());
      sha256.update(key);
      all.writeBytes(sha256.digest());
    }
    return ByteBuffer.wrap(all.toByteArray());
  }
}
