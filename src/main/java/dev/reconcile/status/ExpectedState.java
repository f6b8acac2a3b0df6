// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The desired state of the last applied commit, as far as it is still known.
 *
 * @param apps the apps that the commit has for this host; a held app as it is applied
 * @param fronts the apps that other hosts run, and of which this host has the site
 * @param ports the ports of the apps
 * @param uncertain the held apps whose applied settings are not known
 * @param plan the plan that an apply of the commit would have now; empty if it cannot be made
 * @param unknown why the plan cannot be made; empty if it can
 */
public record ExpectedState(
    List<App> apps,
    List<App> fronts,
    Ports ports,
    Set<String> uncertain,
    Optional<Plan> plan,
    String unknown) {
  public ExpectedState {
    apps = List.copyOf(apps);
    fronts = List.copyOf(fronts);
    uncertain = Set.copyOf(uncertain);
  }

  /** Creates an expected state in which the settings of every app are known. */
  public ExpectedState(List<App> apps, Ports ports, Optional<Plan> plan, String unknown) {
    this(apps, List.of(), ports, Set.of(), plan, unknown);
  }

  /** Creates an expected state of which nothing is known, with the reason. */
  public static ExpectedState unknown(String because) {
    return new ExpectedState(List.of(), Ports.NONE, Optional.empty(), because);
  }
}
