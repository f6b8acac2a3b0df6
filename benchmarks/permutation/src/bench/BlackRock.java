// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.Random;

/**
 * The idea of masscan's BlackRock, written anew from its description: Black and Rogaway's generalised
 * Feistel network on a rectangle that holds the size, fourteen rounds with a table, walked.
 */
final class BlackRock {
  private static final int ROUNDS = 14;

  private final long size;
  private final long width;
  private final long height;
  private final long seed;
  private final int[] table = new int[256];

  BlackRock(long size, long seed) {
    this.size = size;
    this.width = (long) Math.ceil(Math.sqrt((double) size));
    this.height = (size + width - 1) / width;
    this.seed = seed;
    Random random = new Random(seed);
    for (int i = 0; i < table.length; i++) {
      table[i] = random.nextInt();
    }
  }

  long permute(long index) {
    long x = index;
    do {
      x = network(x);
    } while (x >= size);
    return x;
  }

  private long network(long x) {
    long left = x % width;
    long right = x / width;
    for (int round = 1; round <= ROUNDS; round++) {
      long modulus = round % 2 == 1 ? width : height;
      long next = (left + scramble(round, right)) % modulus;
      left = right;
      right = next;
    }
    return left + width * right;
  }

  private long scramble(int round, long half) {
    long x = half ^ (seed + round);
    int upper = table[(int) x & 255] ^ Integer.rotateLeft(table[(int) (x >>> 8) & 255], 7);
    int lower = table[(int) (x >>> 16) & 255] + Integer.rotateLeft(table[(int) (x >>> 24) & 255], 13);
    return ((upper & 0xFFFF_FFFFL) << 31) ^ (lower & 0xFFFF_FFFFL);
  }
}
