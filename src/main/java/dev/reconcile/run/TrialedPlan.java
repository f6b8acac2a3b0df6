// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.Address;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.HostUnits;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.trial.PathCheck;
import dev.reconcile.trial.Trial;
import dev.reconcile.trial.TrialResult;
import dev.reconcile.web.SitesNotRead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan that nginx and systemd have tested before any change.
 *
 * @param plan the plan, in which apps with a fault are held
 * @param refused the faults of units, files and links that belong to no app; their changes are left
 *     out
 * @param failures the paths without an app at which nothing can be created; only these changes fail
 * @param unread the reason why nginx would not read the sites, so that its changes are left out;
 *     empty if nginx would read them
 * @param isHostAtFault whether the host, not an app, needs a repair: one of its units or files;
 *     nginx, if it rejects its present configuration or would not read the sites; or a file system
 *     that cannot be written
 */
record TrialedPlan(
    Plan plan,
    List<Diagnostic> refused,
    List<Diagnostic> failures,
    Optional<Diagnostic> unread,
    boolean isHostAtFault) {

  // Each round holds at least one more app. The apply finds the faults of a further round.
  private static final int MOST_ROUNDS = 3;

  /** A check of a plan, before its trial. */
  interface Look {
    /** Returns the faults by app; a fault without an app has the name "". */
    Map<String, Diagnostic> faults(Plan plan) throws HostException;
  }

  /**
   * Plans, and tries the plan. There is no trial if there is nothing to try, or if the user is not
   * root.
   *
   * @param look the check before the trial; it needs no root
   * @param sites the visitor checks of the desired state
   */
  static TrialedPlan of(
      Host host,
      DesiredState desired,
      LiveState live,
      PlanOptions options,
      Look look,
      Collection<VisitorCheck> sites)
      throws HostException {
    Plan plan = Planner.plan(desired, live, options);
    NavigableMap<String, Diagnostic> faults = new TreeMap<>(look.faults(plan));
    SortedMap<String, Diagnostic> units = new TreeMap<>();
    SortedMap<Address, Diagnostic> files = new TreeMap<>();
    Optional<Diagnostic> unread = Optional.empty();
    PathCheck places = PathCheck.of(host.facts(), plan);
    places.faults().forEach(faults::putIfAbsent);
    Optional<Diagnostic> ofHost = Optional.ofNullable(faults.remove(""));
    if (ofHost.isPresent()) {
      plan = Planner.plan(desired, live, options, faults).with(ofHost.stream().toList());
    } else if (!faults.isEmpty()) {
      plan = plan(desired, live, options, look, faults, Set.of());
    }
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (plan.isEmpty() || plan.hasErrors() || !Privileges.isRoot()) {
        return of(plan, places, List.of(units, files), unread, false);
      }
      TrialResult result = Trial.of(host, plan, sites);
      unread = result.unread().map(SitesNotRead::diagnostic);
      List<Diagnostic> more = new ArrayList<>(result.notices());
      more.addAll(result.hostErrors());
      units.putAll(result.units());
      files.putAll(result.files());
      if (result.isPassedButForNginx() || !result.hostErrors().isEmpty()) {
        boolean isStill = result.nginxBrokenBefore() || unread.isPresent();
        Plan rest = isStill ? plan.withoutNginx() : plan;
        return of(
            rest.with(more), places, List.of(units, files), unread, result.nginxBrokenBefore());
      }
      faults.putAll(result.faults());
      plan =
          HostUnits.without(
              plan(desired, live, options, look, faults, files.keySet()), units.keySet());
    }
    Plan untried = unread.isPresent() ? plan.withoutNginx() : plan;
    return of(untried, places, List.of(units, files), unread, false);
  }

  // An app that is held because of a fault can be a fault for another app or for the host.
  private static Plan plan(
      DesiredState desired,
      LiveState live,
      PlanOptions options,
      Look look,
      NavigableMap<String, Diagnostic> faults,
      Set<Address> refused)
      throws HostException {
    Plan plan = Planner.plan(desired, live, options, faults, refused);
    Map<String, Diagnostic> more = new TreeMap<>(look.faults(plan));
    more.keySet().removeAll(faults.keySet());
    if (more.isEmpty()) {
      return plan;
    }
    List<Diagnostic> ofHost = Optional.ofNullable(more.remove("")).stream().toList();
    faults.putAll(more);
    return Planner.plan(desired, live, options, faults, refused).with(ofHost);
  }

  private static TrialedPlan of(
      Plan plan,
      PathCheck places,
      List<SortedMap<?, Diagnostic>> ofHost,
      Optional<Diagnostic> unread,
      boolean isNginxBroken) {
    List<Diagnostic> refused =
        ofHost.stream().flatMap(found -> found.values().stream()).distinct().toList();
    return new TrialedPlan(
        plan,
        refused,
        places.ofHost(),
        unread,
        isNginxBroken
            || unread.isPresent()
            || places.isHostAtFault()
            || !refused.isEmpty()
            || !places.ofHost().isEmpty());
  }
}
