// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.UnitDefinition;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.systemd.UnitText;
import java.util.ArrayList;
import java.util.List;

/**
 * The check for drop-ins that override the limits of an app. Of the drop-ins of a unit, systemd
 * applies the last one by name, wherever it is (systemd.unit(5)).
 */
final class LimitCheck {
  private final PlannedFiles files;
  private final List<Diagnostic> found = new ArrayList<>();

  private LimitCheck(PlannedFiles files) {
    this.files = files;
  }

  /**
   * Returns a warning for each limit of an app that has no effect; costs nothing if it sets none.
   *
   * @param files the host's files, and those that the desired state makes
   */
  static List<Diagnostic> of(App app, PlannedFiles files) throws HostException {
    LimitCheck check = new LimitCheck(files);
    for (AppProcess process : app.processes()) {
      check.unit(process.unit(), process.limits(), app.origin());
    }
    for (Schedule schedule : app.background().schedules()) {
      check.unit(app.layout().schedule(schedule.name()), schedule.limits(), schedule.origin());
    }
    return check.found;
  }

  private void unit(String unit, ProcessLimits limits, Origin origin) throws HostException {
    if (limits.values().isEmpty()) {
      return;
    }
    for (PlannedFiles.Text file : UnitDefinition.of(unit, files)) {
      if (isLater(file.path())) {
        UnitText text = UnitText.parse(file.text());
        limits
            .values()
            .forEach((limit, value) -> {
              String other = text.last("Service", limit.setting());
              if (!other.isEmpty() && !other.equals(value)) {
                found.add(
                    Diagnostic.warning(
                        origin,
                        "Limit overridden by a drop-in",
                        """
                        %s sets %s=%s, and systemd reads it after the drop-in of reconcile. \
                        resources.%s has no effect on %s. Remove the setting.\
                        """
                            .formatted(file.path(), limit.setting(), other, limit.key(), unit)));
              }
            });
      }
    }
  }

  // The first file is the unit itself.
  private static boolean isLater(String path) {
    int slash = path.lastIndexOf('/');
    return path.startsWith(".d", slash - 2)
        && path.substring(slash + 1).compareTo(AppUnits.DROP_IN) > 0;
  }
}
