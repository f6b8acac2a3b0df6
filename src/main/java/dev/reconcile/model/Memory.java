package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is remembered between runs. Losing it loses no service: what is there is then foreign until
 * it is taken over, except what carries our mark.
 *
 * @param repo the repo of the last apply, empty before the first
 * @param revision the commit last applied, empty before the first
 * @param owned what reconcile made, by address
 * @param activations handler id to the digest of what it last took up; a missing id is due
 * @param numbers numbers that apps were given on this host, because the repo has none for them yet
 */
public record Memory(
    String repo,
    String revision,
    SortedMap<Address, Owned> owned,
    SortedMap<String, String> activations,
    SortedMap<String, Integer> numbers) {
  /** Before the first run. */
  public static final Memory EMPTY = new Memory("", "", new TreeMap<>(), new TreeMap<>());

  public Memory {
    owned = Collections.unmodifiableSortedMap(new TreeMap<>(owned));
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** A memory without numbers. */
  public Memory(
      String repo,
      String revision,
      SortedMap<Address, Owned> owned,
      SortedMap<String, String> activations) {
    this(repo, revision, owned, activations, new TreeMap<>());
  }

  /** The same with other numbers. */
  public Memory withNumbers(SortedMap<String, Integer> others) {
    return new Memory(repo, revision, owned, activations, others);
  }

  /** Whether reconcile made what is at {@code address}. */
  public boolean owns(Address address) {
    return owned.containsKey(address);
  }

  /** What {@code handler} last took up, or the empty text. */
  public String activation(String handler) {
    return ((Map<String, String>) activations).getOrDefault(handler, "");
  }
}
