// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Change;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The changes of resources that belong to no app and on which any app may depend: packages, files,
 * links, directories and units of the host, and resources that all apps share.
 *
 * <p>Each change is a text: its address, a space, and a digest of the new resource. So a change
 * that fails in every run keeps its text, and another change at the same address has another text.
 */
final class HostChanges {
  private static final String REMOVED = "removed";

  private HostChanges() {}

  /** Returns the texts of these changes among {@code changes}. */
  static SortedSet<String> of(List<PlannedChange> changes) {
    SortedSet<String> found = new TreeSet<>();
    for (PlannedChange planned : changes) {
      if (planned.change().app().isEmpty() && isGround(ChangeLabels.role(planned.change()))) {
        found.add(planned.change().address() + " " + digest(planned.change()));
      }
    }
    return found;
  }

  // Build users and nginx itself serve the steps of a plan; no app depends on them.
  private static boolean isGround(Role role) {
    return switch (role) {
      case BUILDER, NEEDED -> false;
      case ACCOUNT, PACKAGE, DIRECTORY, CHECKOUT, VENV, FILE, HOST_FILE, KEY_PAIR, CERTIFICATE ->
          true;
      case SETTINGS, UNIT_FILE, ENABLEMENT, SOCKET, INSTANCE, PROCESS, TIMER, CONFLICT -> true;
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

  /** Reports whether {@code changes} are a reason to try a quarantined revision again. */
  static boolean end(Quarantine quarantine, SortedSet<String> changes) {
    return quarantine.endsWithHost() && !quarantine.undone().containsAll(changes);
  }
}
