// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * How far from chance a subject is. A z counts standard deviations from what chance would give; a
 * chi-square becomes one by its mean and deviation. Keys are numbered, so every run gives the same.
 */
final class Quality {
  private static final int WINDOW = 8;

  /** So many that each value of a window comes ten times. */
  private static final int SAMPLES = 10 << WINDOW;

  private static final short[][] SIGNS = signs();

  private Quality() {}

  private static double z(long[] counts, double expected) {
    double chiSquare = 0;
    for (long count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    double freedom = counts.length - 1.0;
    return (chiSquare - freedom) / Math.sqrt(2 * freedom);
  }

  /** How evenly keys reach all size! orders, and whether they miss one. */
  record Orders(double z, boolean missesOne) {}

  static Orders orders(Subject subject, int size, int keys) {
    int factorial = IntStream.rangeClosed(2, size).reduce(1, (a, b) -> a * b);
    long[] counts = new long[factorial];
    for (int key = 0; key < keys; key++) {
      counts[rank(subject.all(key, size))]++;
    }
    return new Orders(
        z(counts, (double) keys / factorial), Arrays.stream(counts).anyMatch(count -> count == 0));
  }

  private static int rank(int[] order) {
    int rank = 0;
    for (int i = 0; i < order.length; i++) {
      int smaller = 0;
      for (int j = i + 1; j < order.length; j++) {
        smaller += order[j] < order[i] ? 1 : 0;
      }
      rank = rank * (order.length - i) + smaller;
    }
    return rank;
  }

  /** How evenly the numbers at neighbouring indices (2i, 2i + 1) make all pairs. */
  static double pairs(Subject subject, int size, int keys) {
    long[] counts = new long[size * (size - 1)];
    long pairs = 0;
    for (int key = 0; key < keys; key++) {
      int[] order = subject.all(key, size);
      for (int i = 0; i + 1 < size; i += 2) {
        int second = order[i + 1] < order[i] ? order[i + 1] : order[i + 1] - 1;
        counts[order[i] * (size - 1) + second]++;
        pairs++;
      }
    }
    return z(counts, (double) pairs / counts.length);
  }

  /**
   * How evenly outputs differ where inputs differ in one bit: by windows of the difference's bits,
   * the worst of all input bits and windows, over all keys and for a single one. A pair whose two
   * ends are both sampled counts twice. At 12 bits that is most of them, so chance gives 57 to 60
   * with 60 keys, and up to 15 for a single key; at 16 bits about 6; above, what a z should be.
   */
  record Differences(double z, double worstKey) {}

  static Differences differences(Subject subject, int bits, int keys) {
    int windows = bits - WINDOW + 1;
    double[][] sums = new double[bits][windows];
    double worstKey = 0;
    for (int key = 0; key < keys; key++) {
      LongUnaryOperator permutation = subject.of(Subject.key(key), 1L << bits);
      long[] inputs = inputs(bits, key);
      long[] outputs = new long[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        outputs[i] = permutation.applyAsLong(inputs[i]);
      }
      for (int bit = 0; bit < bits; bit++) {
        long[][] counts = new long[windows][1 << WINDOW];
        for (int i = 0; i < SAMPLES; i++) {
          long difference = outputs[i] ^ permutation.applyAsLong(inputs[i] ^ (1L << bit));
          for (int window = 0; window < windows; window++) {
            counts[window][(int) (difference >>> window) & ((1 << WINDOW) - 1)]++;
          }
        }
        for (int window = 0; window < windows; window++) {
          double z = z(counts[window], (double) SAMPLES / (1 << WINDOW));
          sums[bit][window] += z;
          worstKey = Math.max(worstKey, z);
        }
      }
    }
    double worst = 0;
    for (double[] row : sums) {
      for (double sum : row) {
        worst = Math.max(worst, sum / Math.sqrt(keys));
      }
    }
    return new Differences(worst, worstKey);
  }

  private static long[] inputs(int bits, long seed) {
    return new Random(seed).longs(0, 1L << bits).distinct().limit(SAMPLES).toArray();
  }

  /**
   * The weakest of many keys at 256 numbers: how often one difference of inputs gives one
   * difference of outputs, and how closely some bits of the input follow some of the output.
   */
  record Weakest(int difference, int correlation) {}

  static Weakest weakest(Subject subject, int keys) {
    return IntStream.range(0, keys)
        .parallel()
        .mapToObj(key -> {
          int[] order = subject.all(key, 256);
          return new Weakest(steepest(order), straightest(order));
        })
        .reduce(
            new Weakest(0, 0),
            (a, b) ->
                new Weakest(
                    Math.max(a.difference, b.difference), Math.max(a.correlation, b.correlation)));
  }

  private static int steepest(int[] order) {
    int most = 0;
    for (int step = 1; step <= 128; step++) {
      int[] counts = new int[256];
      for (int i = 0; i < 256; i++) {
        counts[(order[(i + step) & 255] - order[i]) & 255]++;
      }
      for (int count : counts) {
        most = Math.max(most, count);
      }
    }
    return most;
  }

  // One transform for all masks of output bits at once, row by row: a loop that is vectorised.
  private static int straightest(int[] order) {
    short[][] rows = new short[256][];
    for (int i = 0; i < 256; i++) {
      rows[i] = SIGNS[order[i]].clone();
    }
    for (int half = 1; half < 256; half *= 2) {
      for (int i = 0; i < 256; i++) {
        if ((i & half) == 0) {
          sumAndDifference(rows[i], rows[i + half]);
        }
      }
    }
    int most = 0;
    for (short[] row : rows) {
      for (int output = 1; output < 256; output++) {
        most = Math.max(most, Math.abs(row[output]));
      }
    }
    return most;
  }

  private static short[][] signs() {
    short[][] signs = new short[256][256];
    for (int number = 0; number < 256; number++) {
      for (int mask = 0; mask < 256; mask++) {
        signs[number][mask] = (short) (1 - 2 * (Integer.bitCount(number & mask) & 1));
      }
    }
    return signs;
  }

  private static void sumAndDifference(short[] a, short[] b) {
    for (int i = 0; i < 256; i++) {
      short x = a[i];
      short y = b[i];
      a[i] = (short) (x + y);
      b[i] = (short) (x - y);
    }
  }

  /** How far odd orders, fixed points, ascents and the product of neighbours are from chance. */
  record Shape(double odd, double fixed, double ascents, double serial) {}

  static Shape shape(Subject subject, int size, int keys) {
    long odd = 0;
    long fixed = 0;
    long ascents = 0;
    double serial = 0;
    double mean = (size - 1) / 2.0;
    double variance = ((double) size * size - 1) / 12;
    for (int key = 0; key < keys; key++) {
      int[] order = subject.all(key, size);
      odd += isOdd(order) ? 1 : 0;
      double products = 0;
      for (int i = 0; i < size; i++) {
        int next = order[(i + 1) % size];
        fixed += order[i] == i ? 1 : 0;
        ascents += i + 1 < size && next > order[i] ? 1 : 0;
        products += (order[i] - mean) * (next - mean);
      }
      // Around the circle, chance gives −1/(n−1) of the variance, with a deviation of about √n.
      serial += (products / variance + size / (size - 1.0)) / Math.sqrt(size);
    }
    double n = keys;
    return new Shape(
        (odd - n / 2) / Math.sqrt(n / 4),
        (fixed - n) / Math.sqrt(n),
        (ascents - n * (size - 1) / 2) / Math.sqrt(n * (size + 1) / 12),
        serial / Math.sqrt(n));
  }

  private static boolean isOdd(int[] order) {
    boolean[] seen = new boolean[order.length];
    int evenCycles = 0;
    for (int start = 0; start < order.length; start++) {
      int length = 0;
      for (int i = start; !seen[i]; i = order[i]) {
        seen[i] = true;
        length++;
      }
      evenCycles += length > 0 && length % 2 == 0 ? 1 : 0;
    }
    return evenCycles % 2 == 1;
  }
}
