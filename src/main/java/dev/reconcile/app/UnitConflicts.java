// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.UnitMask;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.TreeSet;

/**
 * The search for unit files made by hand that have the name of one of an app's units. systemd reads
 * such a file in place of the template, and adds the drop-in to it: it would decide what the web
 * process runs, a timer would have the times of both, and its service the commands of both.
 */
final class UnitConflicts {
  private final Facts facts;
  private final Declarations declarations;

  UnitConflicts(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  /** Declares a conflict for each such file. */
  void declare(App app) throws HostException {
    for (AppProcess process : app.processes()) {
      declare(app, process.unit(), AppResources.restartOf(process.unit()));
      if (process instanceof ServingProcess) {
        // also of a server that makes its own socket: its service requires the socket unit
        String holder = process.socketUnit().orElse(process.unit());
        declare(app, app.socketUnit(), AppResources.restartOf(holder));
      }
    }
    for (Schedule schedule : app.background().schedules()) {
      String timer = app.layout().timer(schedule.name());
      declare(app, timer, AppResources.restartOf(timer));
      declare(app, app.layout().schedule(schedule.name()), AppResources.restartOf(timer));
    }
  }

  private void declare(App app, String unit, String restart) throws HostException {
    String path = Layout.UNIT_FILES + "/" + unit;
    if (facts.stat(path).isEmpty()
        || declarations.has(FileKind.address(path))
        || declarations.has(LinkKind.address(path))
        || !UnitMask.of(facts, unit).isEmpty()) {
      return;
    }
    declarations.add(
        new Declared(
            ConflictKind.address(path),
            new ConflictKind.Spec(
                "a unit file made by hand, which systemd reads in place of the template",
                new TreeSet<>(List.of(app.name()))),
            app.name(),
            Role.CONFLICT,
            List.of(Observer.DAEMON_RELOAD, restart),
            app.origin()));
  }
}
