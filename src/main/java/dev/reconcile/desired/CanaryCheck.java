// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.kind.Table;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The check that each app of a host runs on a canary, where it is tried first. */
final class CanaryCheck {
  private final DesiredStateBuilder builder;

  /**
   * @param builder receives warnings
   */
  CanaryCheck(DesiredStateBuilder builder) {
    this.builder = builder;
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
    List<Optional<Value.Mapping>> hosts = fleet.canaries().stream().map(this::host).toList();
    for (App app : apps) {
      if (app.balance().isPresent()
          ? app.balance().get().to().stream()
              .noneMatch(host -> fleet.canaries().contains(host.host()))
          : hosts.stream().noneMatch(host -> runs(host, app.name()))) {
        builder.warning(
            origin,
            "App on no canary",
            "%s runs on none of %s, so no commit of it is tried before it reaches the other hosts."
                .formatted(app.name(), String.join(", ", fleet.canaries())));
      }
    }
  }

  // A host without a file of its own, or without a list in it, runs all apps.
  private static boolean runs(Optional<Value.Mapping> host, String app) {
    return host.map(Table::new)
        .filter(table -> table.has(HostSection.APPS))
        .map(table -> table.get(HostSection.APPS).contains(app))
        .orElse(true);
  }

  // The mistakes of another host's file are none of this host.
  private Optional<Value.Mapping> host(String name) {
    String path = "hosts/" + name + ".yaml";
    try {
      Collection<String> files = builder.tree().list("hosts");
      return files.contains(name + ".yaml")
          ? builder
              .tree()
              .read(path, YamlReader.MOST_BYTES)
              .flatMap(bytes -> YamlReader.read(path, bytes, new ArrayList<>()))
          : Optional.empty();
    } catch (FileTree.Unreadable e) {
      return Optional.empty();
    }
  }
}
