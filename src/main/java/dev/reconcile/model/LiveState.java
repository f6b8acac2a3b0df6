// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The actual state of the host, for every address that is desired or recorded in the state.
 *
 * @param resources the resources by address
 * @param due ids of handlers that are due according to the host itself, with the reason
 * @param state the state recorded by earlier runs
 * @param services whether services can be managed; false under a root directory
 * @param faults app to the error that prevented its observation: the app stays unchanged
 */
public record LiveState(
    SortedMap<Address, Live> resources,
    Map<String, String> due,
    State state,
    boolean services,
    SortedMap<String, Diagnostic> faults) {
  public LiveState {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    due = Map.copyOf(due);
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
  }

  /** Creates the state of a host that was observed completely. */
  public LiveState(
      SortedMap<Address, Live> resources, Map<String, String> due, State state, boolean services) {
    this(resources, due, state, services, new TreeMap<>());
  }

  /** Returns the actual state at {@code address}. */
  public Live at(Address address) {
    Live live = resources.get(address);
    return live == null ? Live.ABSENT : live;
  }
}
