// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.allocate.Pool;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.Origin;
import dev.reconcile.model.RunLimits;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of {@code reconcile.yaml} and of the host's own file that belong to no app.
 *
 * @param logFormats nginx log formats: name to text
 * @param protectedApps apps that reconcile never prunes
 * @param limits the limits of a run
 * @param pool the numbers that apps can have
 * @param fleet how the host takes turns with others; empty if it is in no fleet
 * @param origin the file
 */
public record HostSettings(
    Map<String, String> logFormats,
    Set<String> protectedApps,
    RunLimits limits,
    Pool pool,
    Optional<FleetSettings> fleet,
    Origin origin) {
  public HostSettings {
    logFormats = Collections.unmodifiableMap(new LinkedHashMap<>(logFormats));
    protectedApps = Set.copyOf(protectedApps);
  }
}
