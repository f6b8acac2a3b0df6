package dev.reconcile.allocate;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which app has which number. An entry stays when its app is removed: the number waits for it.
 *
 * @param algorithm by which new entries are chosen
 * @param numbers app to number, in byte order of the names
 */
public record Allocations(String algorithm, SortedMap<String, Integer> numbers) {
  /** The one algorithm there is. */
  public static final String ALGORITHM = "keyed-permutation/v1";

  /** Before the first app. */
  public static final Allocations EMPTY = new Allocations(ALGORITHM, new TreeMap<>());

  public Allocations {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** The same with another entry, or with the entry changed. */
  public Allocations with(String app, int number) {
    SortedMap<String, Integer> more = new TreeMap<>(numbers);
    more.put(app, number);
    return new Allocations(algorithm, more);
  }

  /** The same without an entry. */
  public Allocations without(String app) {
    SortedMap<String, Integer> fewer = new TreeMap<>(numbers);
    fewer.remove(app);
    return new Allocations(algorithm, fewer);
  }
}
