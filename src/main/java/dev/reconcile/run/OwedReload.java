// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Observer;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.UnreachableSite;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.web.VisitorChecks;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * The pending reload of nginx for an app that visitors did not reach after the last run, although
 * nginx's files are right. nginx has loaded something other than its files.
 */
final class OwedReload {
  private OwedReload() {}

  /** Returns the live state, with the reload if it is pending. */
  static LiveState of(Facts facts, LiveState live, SortedMap<String, VisitorCheck> sites)
      throws HostException {
    for (Map.Entry<String, UnreachableSite> entry : live.state().trials().unreached().entrySet()) {
      VisitorCheck visit = sites.get(entry.getKey());
      if (visit != null
          && entry.getValue().byReload()
          && facts.live()
          && new VisitorChecks(facts, 0).fits(visit)) {
        Map<String, String> due = new HashMap<>(live.due());
        due.putIfAbsent(Observer.RELOAD_NGINX, "visitors do not get " + entry.getKey());
        return live.withDue(due);
      }
    }
    return live;
  }
}
