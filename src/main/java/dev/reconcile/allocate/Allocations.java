// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ledger of numbers: app to number. An entry stays when its app is removed, so the app gets the
 * same number back.
 *
 * @param algorithm the algorithm that chooses new entries
 * @param numbers app to number, in byte order of the names
 */
public record Allocations(String algorithm, SortedMap<String, Integer> numbers) {
  /** The only algorithm so far. */
  public static final String ALGORITHM = "keyed-permutation/v1";

  /** A ledger without entries. */
  public static final Allocations EMPTY = new Allocations(ALGORITHM, new TreeMap<>());

  public Allocations {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** Returns a ledger with this entry added or changed. */
  public Allocations with(String app, int number) {
    SortedMap<String, Integer> more = new TreeMap<>(numbers);
    more.put(app, number);
    return new Allocations(algorithm, more);
  }

  /** Returns a ledger without the entry of an app. */
  public Allocations without(String app) {
    SortedMap<String, Integer> fewer = new TreeMap<>(numbers);
    fewer.remove(app);
    return new Allocations(algorithm, fewer);
  }
}
