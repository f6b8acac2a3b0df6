// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The actual state of the host, for every address that is desired or recorded in the state.
 *
 * @param resources the resources by address
 * @param due ids of handlers that are due according to the host itself, with the reason
 * @param state the state recorded by earlier runs
 * @param services whether services can be managed; false under a root directory
 * @param faults app to the error that prevented its observation: the app stays unchanged
 * @param unitFiles app to the files of its units that reconcile did not make, each as its path, a
 *     space, and a digest; only apps whose quarantine records such files
 */
public record LiveState(
    SortedMap<Address, Live> resources,
    Map<String, String> due,
    State state,
    boolean services,
    SortedMap<String, Diagnostic> faults,
    SortedMap<String, SortedSet<String>> unitFiles) {
  public LiveState {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    due = Map.copyOf(due);
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    unitFiles = Collections.unmodifiableSortedMap(new TreeMap<>(unitFiles));
  }

  /** Creates the state of a host that was observed completely. */
  public LiveState(
      SortedMap<Address, Live> resources, Map<String, String> due, State state, boolean services) {
    this(resources, due, state, services, new TreeMap<>(), new TreeMap<>());
  }

  /** Returns the same live state with another recorded state. */
  public LiveState withState(State other) {
    return new LiveState(resources, due, other, services, faults, unitFiles);
  }

  /** Returns the same live state with other handlers that are due. */
  public LiveState withDue(Map<String, String> others) {
    return new LiveState(resources, others, state, services, faults, unitFiles);
  }

  /** Returns the actual state at {@code address}. */
  public Live at(Address address) {
    Live live = resources.get(address);
    return live == null ? Live.ABSENT : live;
  }
}
