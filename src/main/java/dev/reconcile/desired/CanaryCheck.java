// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Set;

/** The check that each app of a host runs on a canary, where it is tried first. */
final class CanaryCheck {
  private final DesiredStateBuilder builder;
  private final OtherHosts hosts;

  /**
   * @param builder receives warnings
   * @param hosts the files of all hosts; mistakes in them are none of this host
   */
  CanaryCheck(DesiredStateBuilder builder, OtherHosts hosts) {
    this.builder = builder;
    this.hosts = hosts;
  }

  /**
   * Warns of each app that runs on no canary.
   *
   * @param fleet the settings of the host
   * @param origin the place of the canaries
   * @param apps the apps that run on the host
   */
  void check(FleetSettings fleet, Origin origin, List<App> apps) {
    if (fleet.canaries().isEmpty()) {
      return;
    }
    for (App app : apps) {
      if (!isTried(app, fleet.canaries())) {
        builder.warning(
            origin,
            "App on no canary",
            "%s runs on none of %s, so no commit of it is tried before it reaches the other hosts."
                .formatted(app.name(), String.join(", ", fleet.canaries())));
      }
    }
  }

  private boolean isTried(App app, Set<String> canaries) {
    return app.balance().isPresent()
        ? app.balance().get().to().stream().anyMatch(host -> canaries.contains(host.host()))
        : canaries.stream().anyMatch(host -> runs(host, app.name()));
  }

  // A host without a file of its own, or without a list in it, runs all apps.
  private boolean runs(String host, String app) {
    return !hosts.names().contains(host)
        || hosts.apps(host).map(apps -> apps.contains(app)).orElse(true);
  }
}
