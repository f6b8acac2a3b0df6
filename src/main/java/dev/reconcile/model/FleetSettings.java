// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The section {@code fleet}: the engine, the group of the host, and how its hosts take turns.
 *
 * @param etcd the URLs of the members of the etcd cluster; at least one
 * @param group the name of the group
 * @param maxUnavailable the greatest number of hosts that change at the same time; at least 1
 * @param canaries the hosts that try a release before all others
 * @param soak the time for which a canary must stay well
 * @param haltAfter the number of failed hosts outside of the canaries that ends a release; at least
 *     1
 */
public record FleetSettings(
    List<String> etcd,
    String group,
    int maxUnavailable,
    SortedSet<String> canaries,
    Duration soak,
    int haltAfter) {
  public FleetSettings {
    etcd = List.copyOf(etcd);
    canaries = Collections.unmodifiableSortedSet(new TreeSet<>(canaries));
  }
}
