// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import dev.reconcile.permute.KeyedPermutation;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The numbers that apps can get. Each app has its own order of preference over all of them, which
 * follows from the key and the app's name alone.
 *
 * @param key chooses the permutations; not a secret
 * @param low the lowest number, from 1
 * @param high the highest number, at most 65535
 * @param reserved numbers of the pool that no app gets
 */
public record Pool(String key, int low, int high, SortedSet<Integer> reserved) {
  /**
   * The default pool, below the range that Linux uses for outgoing connections
   * (ip_local_port_range).
   */
  public static final Pool USUAL = new Pool("", 20000, 29999, new TreeSet<>());

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the bounds are not 1 &le; low &le; high &le; 65535
   */
  public Pool {
    if (low < 1 || low > high || high > 65535) {
      throw new IllegalArgumentException("not a range of ports: " + low + "-" + high);
    }
    reserved = Collections.unmodifiableSortedSet(new TreeSet<>(reserved));
  }

  /** Returns how many numbers the pool contains, reserved ones included. */
  public int size() {
    return high - low + 1;
  }

  /** Returns whether an app may get {@code number}. */
  public boolean offers(int number) {
    return number >= low && number <= high && !reserved.contains(number);
  }

  /** Returns how many numbers of the pool are reserved. */
  public int reservedCount() {
    return reserved.subSet(low, high + 1).size();
  }

  /**
   * Returns the numbers in an app's order of preference. The order is a bijection, so each number
   * is tried exactly once.
   *
   * @param app the app's name
   */
  KeyedPermutation preferences(String app) {
    return KeyedPermutation.of((key + "\0" + app).getBytes(StandardCharsets.UTF_8), size());
  }

  @Override
  public String toString() {
    return low + "-" + high;
  }
}
