// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Change;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import java.util.HashSet;
import java.util.Set;

/**
 * The changes and handlers that all apps depend on. If one of them fails, the run ends. If another
 * change that belongs to no app fails, all apps and sites converge, and the exit code is 1.
 *
 * <p>All apps depend on the daemon-reload, without which systemd would start them with their old
 * units, and on the unit files that they load: the two shared templates and their drop-ins. A
 * failed reload of nginx also ends the run, because later phases remove files that old sites use.
 * No app depends on a package, a file, a unit of the host or the start of the target.
 */
final class SharedBase {
  private final Set<String> handlersOfApps = new HashSet<>();

  SharedBase(Plan plan) {
    for (PendingHandler due : plan.handlers()) {
      if (!due.handler().app().isEmpty()) {
        handlersOfApps.add(due.handler().id());
        handlersOfApps.addAll(due.handler().covers());
      }
    }
  }

  /** Reports whether the failure of {@code task}, which belongs to no app, ends the run. */
  boolean carriesAll(Phase phase, Task task) {
    return phase == Phase.DAEMON_RELOAD
        || phase == Phase.NGINX_RELOAD
        || task.change().stream().anyMatch(this::isTakenUpByApps);
  }

  private boolean isTakenUpByApps(Change change) {
    return ChangeLabels.notifies(change).stream().anyMatch(handlersOfApps::contains);
  }
}
