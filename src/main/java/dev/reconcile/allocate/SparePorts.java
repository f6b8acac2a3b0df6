// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The numbers of the pool that no app has, for instances that a run starts and stops. */
public final class SparePorts {
  private static final int FOR_EACH = 3;

  private SparePorts() {}

  /**
   * Returns the spare numbers of apps, from the end of the pool; no number is for two apps. An app
   * has fewer, or none, if the pool has no more.
   *
   * @param given the numbers that apps have
   * @param apps the apps that need spare numbers
   */
  public static Map<String, List<Integer>> of(
      Allocations given, Collection<String> apps, Pool pool) {
    Set<Integer> taken = new HashSet<>(given.numbers().values());
    Map<String, List<Integer>> spare = new TreeMap<>();
    int next = pool.high();
    for (String app : new TreeSet<>(apps)) {
      List<Integer> own = new ArrayList<>();
      for (; next >= pool.low() && own.size() < FOR_EACH; next--) {
        if (pool.offers(next) && !taken.contains(next)) {
          own.add(next);
        }
      }
      spare.put(app, List.copyOf(own));
    }
    return spare;
  }
}
