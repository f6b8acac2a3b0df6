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
   * Returns {@code state} as this version would have written it; unchanged if this version wrote
   * it.
   */
  public static State of(State state, DesiredState desired) {
    boolean earlier = state.activations().values().stream().noneMatch(Digests::isPresent);
    boolean quarantined =
        state.trials().quarantine().values().stream()
            .anyMatch(entry -> !Digests.isPresent(entry.digest()));
    if (state.activations().values().stream().allMatch(Digests::isPresentOrNone)
        && !quarantined
        && !(earlier && isSettled(state))) {
      return state;
    }
    DesiredState wired = new FileReaders(desired, state).desired();
    Map<String, String> now = Digests.byHandler(wired);
    Map<String, String> then = Digests.earlier(desired);
    SortedMap<String, String> activations = new TreeMap<>(state.activations());
    now.forEach((id, digest) -> {
      String taken = state.activation(id);
      boolean known = !taken.isEmpty() && taken.equals(then.get(id));
      // No run owed a handler that an earlier version did not have.
      if (known || (earlier && isSettled(state) && !then.containsKey(id))) {
        activations.put(id, digest);
      }
    });
    SortedMap<String, Quarantine> quarantine = new TreeMap<>(state.trials().quarantine());
    quarantine.replaceAll((app, entry) ->
        desired.apps().contains(app) && entry.digest().equals(Digests.earlierOfApp(desired, app))
            ? entry.withDigest(Digests.ofApp(wired, app))
            : entry);
    return new State(
        state.repo(),
        state.revision(),
        state.owned(),
        activations,
        state.numbers(),
        state.trials().withQuarantine(quarantine),
        state.protectedApps(),
        state.maintenance());
  }

  private static boolean isSettled(State state) {
    return !state.revision().isEmpty() && state.trials().unfinished().isEmpty();
  }
}
