// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The apps that are held. A revision that failed its health check is not tried again until the
 * app's desired state changes, a resource of the host's own changes, or a person names the app with
 * --only.
 */
final class HeldApps {
  private static final int MOST_NAMES = 3;

  private final DesiredState desired;
  private final State state;
  private final PlanOptions options;
  private final Set<String> released;

  /**
   * @param released apps whose quarantine ends with this plan, because of what it changes else
   */
  HeldApps(DesiredState desired, State state, PlanOptions options, Set<String> released) {
    this.desired = desired;
    this.state = state;
    this.options = options;
    this.released = released;
  }

  /**
   * The apps that a plan holds because of their quarantine, and that are to be tried again because
   * of what it changes of the host's own. A plan for some apps only is no such occasion.
   */
  static SortedSet<String> released(Plan plan, State state, PlanOptions options) {
    SortedSet<String> released = new TreeSet<>();
    if (plan.hostChanges().isEmpty() || !options.only().isEmpty()) {
      return released;
    }
    state
        .trials()
        .quarantine()
        .forEach((app, quarantine) -> {
          if (plan.held().containsKey(app) && HostChanges.end(quarantine, plan.hostChanges())) {
            released.add(app);
          }
        });
    return released;
  }

  /** What a person should know of an app that is tried again. */
  static Diagnostic triedAgain(String app, Quarantine quarantine, SortedSet<String> changes) {
    List<String> names =
        changes.stream()
            .filter(change -> !quarantine.undone().contains(change))
            .map(change -> change.substring(0, change.lastIndexOf(' ')))
            .toList();
    String more = names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "";
    return Diagnostic.notice(
        "Retry of a quarantined app",
        "%s This plan changes what it may depend on: %s%s."
            .formatted(
                quarantine.sentence(app),
                String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size()))),
                more));
  }

  /** Returns app to reason: those of {@code faults} and those in quarantine. */
  SortedMap<String, Diagnostic> with(SortedMap<String, Diagnostic> faults) {
    SortedMap<String, Diagnostic> held = new TreeMap<>(faults);
    for (Map.Entry<String, Quarantine> entry : state.trials().quarantine().entrySet()) {
      String app = entry.getKey();
      if (desired.apps().contains(app)
          && !options.only().contains(app)
          && !released.contains(app)
          && entry.getValue().digest().equals(Digests.ofApp(desired, app))) {
        held.putIfAbsent(app, entry.getValue().diagnostic(app));
      }
    }
    return held;
  }
}
