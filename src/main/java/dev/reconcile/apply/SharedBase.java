package dev.reconcile.apply;

import dev.reconcile.model.Change;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells what all apps stand on from what only belongs to no app. If the first fails, the run ends;
 * if the second fails, all apps and sites converge, and the exit code is 1.
 *
 * <p>All apps stand on the daemon-reload, without which systemd would start them as they were, and
 * on unit files that apps take up: the two shared templates and their drop-ins. A reload of nginx
 * ends the run, too, because what comes after it removes what old sites lead to. A package, a file,
 * a unit of the host's own or the start of the target is nobody's ground.
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

  /** Whether nothing may be done any more if {@code task}, which belongs to no app, has failed. */
  boolean carriesAll(Phase phase, Task task) {
    return phase == Phase.DAEMON_RELOAD
        || phase == Phase.NGINX_RELOAD
        || task.change().stream().anyMatch(this::isTakenUpByApps);
  }

  private boolean isTakenUpByApps(Change change) {
    return ChangeLabels.notifies(change).stream().anyMatch(handlersOfApps::contains);
  }
}
