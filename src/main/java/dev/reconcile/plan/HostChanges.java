// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Change;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The changes of what belongs to no app, on which any app may depend: packages, files, links,
 * directories and units of the host's own, and what all apps share.
 *
 * <p>Each is a text: its address, a space, and a digest of what the resource becomes. So a change
 * that fails in each run is known again, and another one at the same address is not taken for it.
 */
final class HostChanges {
  private static final String REMOVED = "removed";

  private HostChanges() {}

  /** Those among {@code changes}. */
  static SortedSet<String> of(List<PlannedChange> changes) {
    SortedSet<String> found = new TreeSet<>();
    for (PlannedChange planned : changes) {
      if (planned.change().app().isEmpty() && isGround(ChangeLabels.role(planned.change()))) {
        found.add(planned.change().address() + " " + digest(planned.change()));
      }
    }
    return found;
  }

  // a build's user and nginx itself are there for what the plan does, not for what apps find
  private static boolean isGround(Role role) {
    return switch (role) {
      case BUILDER, NEEDED -> false;
      case PACKAGE, DIRECTORY, CHECKOUT, VENV, FILE, HOST_FILE, KEY_PAIR, CERTIFICATE -> true;
      case UNIT_FILE, ENABLEMENT, SOCKET, INSTANCE, CONFLICT -> true;
      case NGINX_CONF, SITE, SITE_LINK -> true;
    };
  }

  private static String digest(Change change) {
    return switch (change) {
      case Change.Create c -> Digests.ofResource(c.after());
      case Change.Update u -> Digests.ofResource(u.after());
      case Change.TakeOver t -> Digests.ofResource(t.after());
      case Change.Delete _ -> REMOVED;
    };
  }

  /** Whether {@code changes} are a reason to try a revision again that did not come up. */
  static boolean end(Quarantine quarantine, SortedSet<String> changes) {
    return quarantine.endsWithHost() && !quarantine.undone().containsAll(changes);
  }
}
