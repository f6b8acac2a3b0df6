// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The key {@code fleet}: hosts that take turns. */
final class FleetSection {
  private static final int MOST = 1_000_000;

  static final Key<List<String>> ETCD =
      Key.texts("etcd", TextFormat.ETCD_URL, "the members of the etcd cluster (required)")
          .example("[https://etcd1:2379, https://etcd2:2379, https://etcd3:2379]");
  static final Key<String> GROUP =
      Key.text("group", TextFormat.GROUP_NAME, "default", "the hosts that take turns")
          .more("Groups do not wait for each other. Set it in `hosts/HOSTNAME.yaml`.");
  static final Key<Integer> MAX_UNAVAILABLE =
      Key.whole("max_unavailable", 1, MOST, 1, "the greatest number of hosts that change at once");
  static final Key<List<String>> CANARY =
      Key.texts("canary", TextFormat.HOSTNAME, "the hosts that try a commit before all others")
          .otherwise("none")
          .example("[web1]");
  static final Key<String> SOAK =
      Key.text("soak", TextFormat.DURATION, "0s", "how long the canaries must stay well");
  static final Key<Integer> HALT_AFTER =
      Key.whole("halt_after", 1, MOST, 1, "how many failed hosts end a rollout")
          .more("They are counted outside of the canaries. A failed canary always ends it.");

  static final Key<Optional<Value>> FLEET =
      Key.section(
          "fleet",
          Key.fields("fleet", ETCD, GROUP, MAX_UNAVAILABLE, CANARY, SOAK, HALT_AFTER),
          "how the hosts of a group take turns");

  private FleetSection() {}

  /**
   * Returns the settings of a host in a fleet; empty for a host that is in none.
   *
   * @param host the merged files
   * @param builder receives mistakes
   */
  static Optional<FleetSettings> decode(Table host, DesiredStateBuilder builder) {
    if (!host.has(FLEET) || host.isRefused(FLEET)) {
      return Optional.empty();
    }
    Table fleet = host.table(FLEET);
    if (fleet.get(ETCD).isEmpty()) {
      if (fleet.isClearlyWithout(ETCD)) {
        builder.error(
            host.origin(FLEET),
            "Fleet without an engine",
            "Set etcd to the members of the cluster, such as [https://etcd1:2379].");
      }
      return Optional.empty();
    }
    return Optional.of(
        new FleetSettings(
            fleet.get(ETCD),
            fleet.get(GROUP),
            fleet.get(MAX_UNAVAILABLE),
            new TreeSet<>(fleet.get(CANARY)),
            TextFormat.duration(fleet.get(SOAK)),
            fleet.get(HALT_AFTER)));
  }
}
