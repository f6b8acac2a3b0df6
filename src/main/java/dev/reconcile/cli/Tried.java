package dev.reconcile.cli;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Visit;
import dev.reconcile.plan.Options;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planner;
import dev.reconcile.trial.Trial;
import dev.reconcile.trial.TrialResult;
import dev.reconcile.web.Unread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan that nginx and systemd have been asked about, before anything is changed.
 *
 * @param plan in which apps with a fault are held
 * @param isNginxBroken whether nginx refuses what is there already, so that its changes are left
 *     out
 * @param unread why nginx would not read the sites, so that its changes are left out, too; empty if
 *     it would
 */
record Tried(Plan plan, boolean isNginxBroken, Optional<Diagnostic> unread) {

  // Each round holds at least one app more; what another round would find, the apply finds.
  private static final int MOST_ROUNDS = 3;

  /** Plans, and tries the plan; untried if there is nothing to try, or if only root could. */
  static Tried of(
      Host host, DesiredState desired, LiveState live, Options options, Collection<Visit> sites)
      throws HostException {
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    Optional<Diagnostic> unread = Optional.empty();
    Plan plan = Planner.plan(desired, live, options, faults);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (plan.isEmpty() || plan.hasErrors() || !Hosts.isRoot()) {
        return new Tried(plan, false, unread);
      }
      TrialResult result = Trial.of(host, plan, sites);
      unread = result.unread().map(Unread::diagnostic);
      List<Diagnostic> more = new ArrayList<>(result.notices());
      more.addAll(result.hostErrors());
      if (result.faults().isEmpty() || !result.hostErrors().isEmpty()) {
        boolean isStill = result.nginxBrokenBefore() || unread.isPresent();
        Plan rest = isStill ? plan.withoutNginx() : plan;
        return new Tried(rest.with(more), result.nginxBrokenBefore(), unread);
      }
      faults.putAll(result.faults());
      plan = Planner.plan(desired, live, options, faults);
    }
    return new Tried(unread.isPresent() ? plan.withoutNginx() : plan, false, unread);
  }
}
