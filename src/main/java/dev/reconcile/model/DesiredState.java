package dev.reconcile.model;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything one host should be.
 *
 * @param revision the commit it was read from
 * @param resources by address
 * @param handlers by id
 * @param apps the names of all apps declared for this host
 * @param held apps that are declared but cannot be known now: they stay exactly as they are
 * @param faults app to what is wrong with its own source: it stays exactly as it is, too, and the
 *     others converge
 * @param protectedApps names that are never pruned
 * @param maxPrune most deletions in one run
 */
public record DesiredState(
    String revision,
    SortedMap<Address, Declared> resources,
    Map<String, Handler> handlers,
    Set<String> apps,
    Set<String> held,
    SortedMap<String, Diagnostic> faults,
    Set<String> protectedApps,
    int maxPrune) {
  public DesiredState {
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    handlers = Collections.unmodifiableMap(new TreeMap<>(handlers));
    apps = Set.copyOf(apps);
    held = Set.copyOf(held);
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    protectedApps = Set.copyOf(protectedApps);
  }
}
