package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Tries what a plan makes of nginx's and systemd's files: laid over copies of the live folders, in
 * mount namespaces of their own, and judged by nginx and systemd themselves.
 *
 * <p>Invariant: the host is the same afterwards, to the last directory's time, also if the trial is
 * killed. A plan that touches neither starts no process.
 */
public final class Trial {
  private Trial() {}

  /** What nginx and systemd say of {@code plan}; nothing under a root directory. */
  public static TrialResult of(Host host, Plan plan) throws HostException {
    return of(host, plan, List.of());
  }

  /**
   * The same, and whether nginx would read the sites.
   *
   * @param sites those of the desired state
   */
  public static TrialResult of(Host host, Plan plan, Collection<VisitorCheck> sites)
      throws HostException {
    if (!host.facts().live()) {
      return TrialResult.CLEAN;
    }
    TrialResultBuilder findings = new TrialResultBuilder();
    if (host.facts().program("nginx").isPresent()) {
      SitesTrial.run(host.facts(), plan, sites, findings);
      if (!findings.isUnread()) {
        new NginxTrial(host, plan, findings).run();
      }
    }
    if (host.facts().program("systemd-analyze").isPresent()) {
      new UnitTrial(host, plan, findings).run();
    }
    List<String> missing = missingPackages(host.facts(), plan);
    return missing.isEmpty() ? findings.result() : findings.until(missing);
  }

  // Asked of the host and not of the plan alone: the same plan is tried again after the packages.
  private static List<String> missingPackages(Facts facts, Plan plan) throws HostException {
    List<String> missing = new ArrayList<>();
    for (PlannedChange planned : plan.changes()) {
      Address address = planned.change().address();
      if (planned.change() instanceof Change.Create
          && address.kind().equals(PackageKind.NAME)
          && facts.packageVersion(address.name()).isEmpty()) {
        missing.add(address.name());
      }
    }
    return missing;
  }
}
