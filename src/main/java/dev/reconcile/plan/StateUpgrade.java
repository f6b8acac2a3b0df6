package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an earlier version has remembered, in digests as they are now. Its digests knew neither
 * which files systemd and nginx read beside those of the apps nor an app's health check. Where one
 * says that all is taken up, it is; where one says that a revision is in quarantine, it stays
 * there.
 */
public final class StateUpgrade {
  private StateUpgrade() {}

  /** {@code memory}, as if this version had written it; the same if it has. */
  public static State of(State memory, DesiredState desired) {
    boolean earlier = memory.activations().values().stream().noneMatch(Digests::isPresent);
    boolean quarantined =
        memory.trials().quarantine().values().stream()
            .anyMatch(one -> !Digests.isPresent(one.digest()));
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
      // a handler that an earlier version did not have was owed to nobody
      if (known || (earlier && isSettled(memory) && !then.containsKey(id))) {
        activations.put(id, digest);
      }
    });
    SortedMap<String, Quarantine> quarantine = new TreeMap<>(memory.trials().quarantine());
    quarantine.replaceAll((app, one) ->
        desired.apps().contains(app) && one.digest().equals(Digests.earlierOfApp(desired, app))
            ? one.withDigest(Digests.ofApp(wired, app))
            : one);
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
