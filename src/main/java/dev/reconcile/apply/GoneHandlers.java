// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Release;
import dev.reconcile.model.UnitFilePath;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The handlers of apps, processes and schedules of which the host has nothing more. What they have
 * loaded is of no use to a later run.
 */
final class GoneHandlers {
  private static final List<String> OF_APPS =
      List.of(Handler.CHECK, Handler.CERTIFICATE, Release.HANDLER);

  private final Set<String> apps = new HashSet<>();
  private final Set<String> units = new HashSet<>();

  /**
   * @param owned what reconcile has on the host
   */
  GoneHandlers(Collection<OwnedResource> owned) {
    for (OwnedResource resource : owned) {
      apps.add(resource.app());
      String name = resource.address().name();
      units.add(UnitFilePath.of(name).map(UnitFilePath::unit).orElse(name));
    }
  }

  /** Tells whether a handler is one of them; one of the host is none. */
  boolean contains(String id) {
    for (String kind : OF_APPS) {
      if (id.startsWith(kind)) {
        return !apps.contains(id.substring(kind.length()));
      }
    }
    String subject = id.substring(id.indexOf(' ') + 1);
    Optional<String> app = Layout.appOf(subject);
    return app.isPresent()
        && !units.contains(subject)
        && (Layout.isNamed(subject) || !apps.contains(app.get()));
  }
}
