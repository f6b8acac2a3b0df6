package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The host as it was found, for every address that is desired or remembered.
 *
 * @param resources by address
 * @param due ids of handlers that the host itself says are due, with the reason
 * @param memory what is remembered of earlier runs
 * @param services whether services can be managed; false under a root directory
 * @param faults app to why something of it cannot be looked at: the app stays as it is
 */
public record LiveState(
    SortedMap<Address, Live> resources,
    Map<String, String> due,
    State memory,
    boolean services,
    SortedMap<String, Diagnostic> faults) {
  public LiveState {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    due = Map.copyOf(due);
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
  }

  /** A host of which everything can be looked at. */
  public LiveState(
      SortedMap<Address, Live> resources, Map<String, String> due, State memory, boolean services) {
    this(resources, due, memory, services, new TreeMap<>());
  }

  /** What is at {@code address}. */
  public Live at(Address address) {
    Live live = resources.get(address);
    return live == null ? Live.ABSENT : live;
  }
}
