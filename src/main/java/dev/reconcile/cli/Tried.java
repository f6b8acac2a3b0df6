package dev.reconcile.cli;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.trial.Places;
import dev.reconcile.trial.Trial;
import dev.reconcile.trial.TrialResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A plan that nginx and systemd have been asked about, before anything is changed.
 *
 * @param plan in which apps with a fault are held
 * @param isHostAtFault whether nginx refuses what is there already, so that its changes are left
 *     out, or a file system takes nothing: the desired state cannot mend that
 */
record Tried(Plan plan, boolean isHostAtFault) {

  // Each round holds at least one app more; what another round would find, the apply finds.
  private static final int MOST_ROUNDS = 3;

  /** A look at what a plan would change. */
  interface Look {
    /** App to what is wrong with its part of the plan; the host's app is "". */
    Map<String, Diagnostic> faults(Plan plan) throws HostException;
  }

  /**
   * Plans, and tries the plan; untried if there is nothing to try, or if only root could.
   *
   * @param look first, whoever it is
   */
  static Tried of(Host host, DesiredState desired, LiveState live, Options options, Look look)
      throws HostException {
    Plan plan = Planner.plan(desired, live, options);
    NavigableMap<String, Diagnostic> faults = new TreeMap<>(look.faults(plan));
    Places places = Places.of(host.facts(), plan);
    places.faults().forEach(faults::putIfAbsent);
    Optional<Diagnostic> ofHost = Optional.ofNullable(faults.remove(""));
    if (ofHost.isPresent() || !faults.isEmpty()) {
      plan = Planner.plan(desired, live, options, faults).with(ofHost.stream().toList());
    }
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (plan.isEmpty() || plan.hasErrors() || !Hosts.isRoot()) {
        return new Tried(plan, places.isHostAtFault());
      }
      TrialResult result = Trial.of(host, plan);
      List<Diagnostic> more = new ArrayList<>(result.notices());
      more.addAll(result.hostErrors());
      if (result.faults().isEmpty() || !result.hostErrors().isEmpty()) {
        Plan rest = result.nginxBrokenBefore() ? plan.withoutNginx() : plan;
        return new Tried(rest.with(more), result.nginxBrokenBefore() || places.isHostAtFault());
      }
      faults.putAll(result.faults());
      plan = Planner.plan(desired, live, options, faults);
    }
    return new Tried(plan, places.isHostAtFault());
  }
}
