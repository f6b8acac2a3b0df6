// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The conversion of an earlier version's state to present digests. Earlier digests covered neither
 * the files that systemd and nginx read beside those of the apps, nor an app's health check. If an
 * earlier digest records that everything was loaded, so does the present one; a revision in
 * quarantine stays in quarantine.
 */
public final class StateUpgrade {
  private StateUpgrade() {}

  /**
   * Returns {@code memory} as this version would have written it; unchanged if this version wrote
   * it.
   */
  public static State of(State memory, DesiredState desired) {
    boolean earlier = memory.activations().values().stream().noneMatch(Digests::isPresent);
    boolean quarantined =
        memory.trials().quarantine().values().stream()
            .anyMatch(entry -> !Digests.isPresent(entry.digest()));
    if (memory.activations().values().stream().allMatch(Digests::isPresentOrNone)
        && !quarantined
        && !(earlier && isSettled(memory))) {
      return memory;
    }
    DesiredState wired = new FileReaders(desired, memory).desired();
    Map<String, String> now = Digests.byHandler(wired);
    Map<String, String> then = Digests.earlier(desired);
    SortedMap<String, String> activations = new TreeMap<>(memory.activations());
    now.forEach((id, digest) -> {
      String taken = memory.activation(id);
      boolean known = !taken.isEmpty() && taken.equals(then.get(id));
      // No run owed a handler that an earlier version did not have.
      if (known || (earlier && isSettled(memory) && !then.containsKey(id))) {
        activations.put(id, digest);
      }
    });
    SortedMap<String, Quarantine> quarantine = new TreeMap<>(memory.trials().quarantine());
    quarantine.replaceAll((app, entry) ->
        desired.apps().contains(app) && entry.digest().equals(Digests.earlierOfApp(desired, app))
            ? entry.withDigest(Digests.ofApp(wired, app))
            : entry);
    return new State(
        memory.repo(),
        memory.revision(),
        memory.owned(),
        activations,
        memory.numbers(),
        new State.Trials(quarantine, memory.trials().probes(), memory.trials().unfinished()),
        memory.protectedApps());
  }

  private static boolean isSettled(State memory) {
    return !memory.revision().isEmpty() && memory.trials().unfinished().isEmpty();
  }
}
