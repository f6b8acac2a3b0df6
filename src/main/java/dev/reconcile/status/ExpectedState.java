// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * The desired state of the last applied commit, as far as it is still known.
 *
 * @param apps the apps that the commit has for this host
 * @param ports the ports of the apps
 * @param plan the plan that an apply of the commit would have now; empty if it cannot be made
 * @param unknown why the plan cannot be made; empty if it can
 */
public record ExpectedState(List<App> apps, Ports ports, Optional<Plan> plan, String unknown) {
  public ExpectedState {
    apps = List.copyOf(apps);
  }

  /** Creates an expected state of which nothing is known, with the reason. */
  public static ExpectedState unknown(String because) {
    return new ExpectedState(List.of(), Ports.NONE, Optional.empty(), because);
  }
}
