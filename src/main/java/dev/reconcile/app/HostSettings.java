package dev.reconcile.app;

import dev.reconcile.allocate.Pool;
import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What {@code reconcile.yaml} and the host's own file say beyond apps.
 *
 * @param logFormats nginx log formats: name to text
 * @param protectedApps apps that are never pruned
 * @param maxPrune most deletions in one run
 * @param pool the numbers that apps can have
 * @param origin the file
 */
public record HostSettings(
    Map<String, String> logFormats,
    Set<String> protectedApps,
    int maxPrune,
    Pool pool,
    Origin origin) {
  public HostSettings {
    logFormats = Collections.unmodifiableMap(new LinkedHashMap<>(logFormats));
    protectedApps = Set.copyOf(protectedApps);
  }
}
