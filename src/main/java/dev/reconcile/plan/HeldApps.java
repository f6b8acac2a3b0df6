// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The apps that are held. A revision that failed its health check is not tried again until the
 * app's desired state changes, a resource of the host's own or a foreign file of the app's units
 * changes, or a person names the app with --only.
 */
final class HeldApps {
  private static final int MOST_NAMES = 3;
  private static final String PLANNED = "This plan changes what it may depend on";
  private static final String CHANGED = "Files of its units have changed on the host";

  private final DesiredState desired;
  private final LiveState live;
  private final PlanOptions options;
  private final Set<String> released;

  /**
   * @param released apps whose quarantine ends with this plan, because of what it changes else
   */
  HeldApps(DesiredState desired, LiveState live, PlanOptions options, Set<String> released) {
    this.desired = desired;
    this.live = live;
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

  /** Returns the notices for the apps whose quarantined revision the plan tries again. */
  static List<Diagnostic> triedAgain(
      Plan plan, LiveState live, PlanOptions options, Set<String> released) {
    List<Diagnostic> notices = new ArrayList<>();
    live.state()
        .trials()
        .quarantine()
        .forEach((app, quarantine) -> {
          boolean isTried = quarantine.digest().equals(plan.digests().get(app));
          if (isTried && released.contains(app)) {
            List<String> names =
                plan.hostChanges().stream()
                    .filter(change -> !quarantine.undone().contains(change))
                    .map(change -> change.substring(0, change.lastIndexOf(' ')))
                    .toList();
            notices.add(triedAgain(app, quarantine, PLANNED, names));
          } else if (isTried && endsWithUnitFiles(app, quarantine, live, options)) {
            notices.add(triedAgain(app, quarantine, CHANGED, changed(app, quarantine, live)));
          }
        });
    return notices;
  }

  private static Diagnostic triedAgain(
      String app, Quarantine quarantine, String changes, Collection<String> all) {
    List<String> names = List.copyOf(all);
    String more = names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "";
    return Diagnostic.notice(
        "Retry of a quarantined app",
        "%s %s: %s%s."
            .formatted(
                quarantine.sentence(app),
                changes,
                String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size()))),
                more));
  }

  // A plan for some apps only is no such occasion, as with a change of the host's own.
  private static boolean endsWithUnitFiles(
      String app, Quarantine quarantine, LiveState live, PlanOptions options) {
    return options.only().isEmpty() && !changed(app, quarantine, live).isEmpty();
  }

  private static SortedSet<String> changed(String app, Quarantine quarantine, LiveState live) {
    SortedSet<String> now = live.unitFiles().get(app);
    return now == null ? new TreeSet<>() : quarantine.changedUnitFiles(now);
  }

  /** Returns app to reason: those of {@code faults} and those in quarantine. */
  SortedMap<String, Diagnostic> with(SortedMap<String, Diagnostic> faults) {
    SortedMap<String, Diagnostic> held = new TreeMap<>(faults);
    for (Map.Entry<String, Quarantine> entry : live.state().trials().quarantine().entrySet()) {
      String app = entry.getKey();
      if (desired.apps().contains(app)
          && !options.only().contains(app)
          && !released.contains(app)
          && !endsWithUnitFiles(app, entry.getValue(), live, options)
          && entry.getValue().digest().equals(Digests.ofApp(desired, app))) {
        held.putIfAbsent(app, entry.getValue().diagnostic(app));
      }
    }
    return held;
  }
}
