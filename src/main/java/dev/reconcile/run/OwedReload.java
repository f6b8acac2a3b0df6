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
 * A reload of nginx that is due because visitors did not get an app after the last run, and nginx's
 * files are right: what nginx has in memory is not what they say.
 */
final class OwedReload {
  private OwedReload() {}

  /** The live state, with the reload if it is due. */
  static LiveState of(Facts facts, LiveState live, SortedMap<String, VisitorCheck> sites)
      throws HostException {
    for (Map.Entry<String, UnreachableSite> one : live.memory().trials().unreached().entrySet()) {
      VisitorCheck visit = sites.get(one.getKey());
      if (visit != null
          && one.getValue().byReload()
          && facts.live()
          && new VisitorChecks(facts, 0).fits(visit)) {
        Map<String, String> due = new HashMap<>(live.due());
        due.putIfAbsent(Observer.RELOAD_NGINX, "visitors do not get " + one.getKey());
        return new LiveState(live.resources(), due, live.memory(), live.services(), live.faults());
      }
    }
    return live;
  }
}
