// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.model.FleetSettings;
import java.util.List;

/**
 * The engine and the group in it.
 *
 * @param endpoints the URLs of the members of the etcd cluster; at least one
 * @param group the name of the group
 */
public record EngineAddress(List<String> endpoints, String group) {
  public EngineAddress {
    endpoints = List.copyOf(endpoints);
  }

  /** Returns the engine and the group of a host. */
  public static EngineAddress of(FleetSettings settings) {
    return new EngineAddress(settings.etcd(), settings.group());
  }

  /** Tells whether the engine knows a host by its certificate. */
  public boolean isEncrypted() {
    return endpoints.stream().anyMatch(endpoint -> endpoint.startsWith("https:"));
  }

  /** Returns the key of the gate. */
  String gateKey() {
    return "/reconcile/" + group + "/gate";
  }

  /** Returns the prefix of the keys of all rows. */
  String rowsKey() {
    return "/reconcile/" + group + "/hosts/";
  }

  /** Returns the key of a host's row. */
  String rowKey(String host) {
    return rowsKey() + host;
  }
}
