// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The desired state of a host.
 *
 * @param revision the commit that it was read from
 * @param resources the resources by address
 * @param handlers the handlers by id
 * @param apps the names of all apps declared for this host
 * @param held declared apps whose desired state is unknown, for example because their source is
 *     unreachable: they stay unchanged
 * @param faults app to the error in its own source: the app stays unchanged, too, and the others
 *     converge
 * @param protectedApps names of apps that are never pruned
 * @param limits the limits of a run
 */
public record DesiredState(
    String revision,
    SortedMap<Address, Declared> resources,
    Map<String, Handler> handlers,
    Set<String> apps,
    Set<String> held,
    SortedMap<String, Diagnostic> faults,
    Set<String> protectedApps,
    RunLimits limits) {
  public DesiredState {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    handlers = Collections.unmodifiableMap(new TreeMap<>(handlers));
    apps = Set.copyOf(apps);
    held = Set.copyOf(held);
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    protectedApps = Set.copyOf(protectedApps);
  }
}
