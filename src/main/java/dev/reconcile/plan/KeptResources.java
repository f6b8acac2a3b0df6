// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.OwnedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The resources that have left the repository and are kept. Invariant: there is one notice per app
 * and reason, regardless of the number of resources.
 */
final class KeptResources {
  private final SortedMap<String, List<Address>> ofProtectedApps = new TreeMap<>();
  private final SortedMap<String, List<Address>> unpruned = new TreeMap<>();

  /** Adds a resource of a protected app. */
  void addProtected(OwnedResource owned) {
    ofProtectedApps.computeIfAbsent(owned.app(), _ -> new ArrayList<>()).add(owned.address());
  }

  /** Adds a resource that would be deleted if pruning were on. */
  void addUnpruned(OwnedResource owned) {
    unpruned.computeIfAbsent(owned.app(), _ -> new ArrayList<>()).add(owned.address());
  }

  /** Returns the notices, one per app and reason; resources of the host count as one app. */
  List<Diagnostic> notices() {
    List<Diagnostic> notices = new ArrayList<>();
    ofProtectedApps.forEach((app, kept) ->
        notices.add(
            Diagnostic.notice(
                "Resources kept", "App \"" + app + "\" is protected; " + count(kept) + " kept.")));
    unpruned.forEach((app, kept) ->
        notices.add(
            Diagnostic.notice(
                "Resources kept",
                "Pruning is off; %s of %s kept:%s"
                    .formatted(
                        count(kept),
                        app.isEmpty() ? "the host" : "app \"" + app + "\"",
                        list(kept)))));
    return notices;
  }

  private static String count(List<Address> kept) {
    return kept.size() + (kept.size() == 1 ? " resource" : " resources");
  }

  private static String list(List<Address> kept) {
    StringBuilder text = new StringBuilder();
    kept.forEach(address -> text.append("\n  ").append(address));
    return text.toString();
  }
}
