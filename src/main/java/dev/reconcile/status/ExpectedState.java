// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * What the commit that was last applied says, as far as it is still known.
 *
 * @param apps the apps that it has for this host
 * @param ports the ports of the apps
 * @param plan what an apply of it would find to do now; empty if that cannot be known
 * @param unknown why it cannot; empty if it can
 */
public record ExpectedState(List<App> apps, Ports ports, Optional<Plan> plan, String unknown) {
  public ExpectedState {
    apps = List.copyOf(apps);
  }

  /** Nothing is known. */
  public static ExpectedState unknown(String because) {
    return new ExpectedState(List.of(), Ports.NONE, Optional.empty(), because);
  }
}
