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
 */
public record Memory(
    String repo,
    String revision,
    SortedMap<Address, Owned> owned,
    SortedMap<String, String> activations) {
  /** Before the first run. */
  public static final Memory EMPTY = new Memory("", "", new TreeMap<>(), new TreeMap<>());

  public Memory {
    owned = Collections.unmodifiableSortedMap(new TreeMap<>(owned));
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
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
