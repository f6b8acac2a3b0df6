package dev.reconcile.cli;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.plan.HostUnits;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.trial.Trial;
import dev.reconcile.trial.TrialResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan that nginx and systemd have been asked about, before anything is changed.
 *
 * @param plan in which apps with a fault are held
 * @param isNginxBroken whether nginx refuses what is there already, so that its changes are left
 *     out
 * @param units what is wrong with units of the host's own, whose changes are left out
 */
record Tried(Plan plan, boolean isNginxBroken, List<Diagnostic> units) {

  // Each round holds at least one app more; what another round would find, the apply finds.
  private static final int MOST_ROUNDS = 3;

  /** Plans, and tries the plan; untried if there is nothing to try, or if only root could. */
  static Tried of(Host host, DesiredState desired, LiveState live, Options options)
      throws HostException {
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    SortedMap<String, Diagnostic> units = new TreeMap<>();
    Plan plan = Planner.plan(desired, live, options, faults);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (plan.isEmpty() || plan.hasErrors() || !Hosts.isRoot()) {
        return new Tried(plan, false, List.copyOf(units.values()));
      }
      TrialResult result = Trial.of(host, plan);
      List<Diagnostic> more = new ArrayList<>(result.notices());
      more.addAll(result.hostErrors());
      units.putAll(result.units());
      if (result.isPassedButForNginx() || !result.hostErrors().isEmpty()) {
        Plan rest = result.nginxBrokenBefore() ? plan.withoutNginx() : plan;
        return new Tried(rest.with(more), result.nginxBrokenBefore(), List.copyOf(units.values()));
      }
      faults.putAll(result.faults());
      plan = HostUnits.without(Planner.plan(desired, live, options, faults), units.keySet());
    }
    return new Tried(plan, false, List.copyOf(units.values()));
  }
}
