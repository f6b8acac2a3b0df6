// SPDX-License-Identifier: Apache-2.0
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
 * A test of a plan's nginx and systemd files by nginx and systemd themselves. The planned files are
 * laid over copies of the live directories in mount namespaces.
 *
 * <p>Invariant: the host is unchanged afterwards, including the times of directories, even if the
 * trial is killed. A plan without nginx or systemd files starts no process.
 */
public final class Trial {
  private Trial() {}

  /** Tests {@code plan}; under a root directory the result is always clean. */
  public static TrialResult of(Host host, Plan plan) throws HostException {
    return of(host, plan, List.of());
  }

  /**
   * Tests {@code plan} and whether nginx would read the sites.
   *
   * @param sites the sites of the desired state
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

  // The host decides, not the plan alone: the same plan is tried again after the packages.
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
