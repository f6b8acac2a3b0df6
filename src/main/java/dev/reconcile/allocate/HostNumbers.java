// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The numbers of the apps on one host: those of the committed ledger, and for apps that it lacks,
 * those that the host assigned before or assigns now.
 *
 * @param allocations all numbers
 * @param own the numbers that are not in the committed ledger; the host remembers them
 * @param missing apps in use that are not in the committed ledger
 * @param errors why an apply must not use the numbers; empty if it may
 */
public record HostNumbers(
    Allocations allocations,
    SortedMap<String, Integer> own,
    List<String> missing,
    List<AllocationError> errors) {
  public HostNumbers {
    own = Collections.unmodifiableSortedMap(new TreeMap<>(own));
    missing = List.copyOf(missing);
    errors = List.copyOf(errors);
  }

  /**
   * Returns the numbers of {@code apps}.
   *
   * @param committed the ledger of the repo, which always wins
   * @param remembered the numbers that this host assigned before
   */
  public static HostNumbers of(
      Allocations committed,
      SortedMap<String, Integer> remembered,
      Collection<String> apps,
      Pool pool) {
    Allocations known = committed;
    for (Map.Entry<String, Integer> entry : remembered.entrySet()) {
      boolean free =
          !committed.numbers().containsKey(entry.getKey())
              && !committed.numbers().containsValue(entry.getValue());
      if (free) {
        known = known.with(entry.getKey(), entry.getValue());
      }
    }
    Allocator.Result result = Allocator.allocate(known, apps, pool);
    SortedMap<String, Integer> own = new TreeMap<>(result.allocations().numbers());
    own.keySet().removeAll(committed.numbers().keySet());
    List<String> missing =
        new TreeSet<>(apps).stream().filter(app -> !committed.numbers().containsKey(app)).toList();
    return new HostNumbers(result.allocations(), own, missing, result.errors());
  }
}
