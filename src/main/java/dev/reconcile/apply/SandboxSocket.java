// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.systemd.UnitText;
import dev.reconcile.systemd.UnitText.Line;

/** The text of the socket unit of a standby instance, like that of the app. */
final class SandboxSocket {
  private SandboxSocket() {}

  /**
   * Writes the unit.
   *
   * @param name the name of the new unit, without a suffix
   */
  static String of(FutureFiles future, AppSandbox sandbox, String name) throws HostException {
    StringBuilder unit = new StringBuilder("# Made by reconcile for one run.\n[Unit]\n");
    unit.append("Description=Beside ").append(sandbox.socket()).append('\n');
    unit.append("CollectMode=inactive-or-failed\n[Socket]\n");
    for (PlannedFiles.Text part : future.definition(sandbox.socket())) {
      for (Line line : UnitText.parse(part.text()).resolved(sandbox.socket()).lines()) {
        if (line.section().equals("Socket") && Directives.isKeptInSocket(line.key())) {
          unit.append(line).append('\n');
        }
      }
    }
    // the missing socket file shows that the unit has ended
    return unit.append("ListenStream=/run/" + name + ".sock\nRemoveOnStop=yes\n").toString();
  }
}
