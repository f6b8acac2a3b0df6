// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;

/**
 * The move of data out of a directory that an app ran from. A process that has a database open
 * would go on to write beside its old path, so the app is stopped while a file is moved; it starts
 * again when the move or the run has ended. A directory is moved with everything in it, and its old
 * path leads to it at each moment.
 */
final class DataMover {
  private DataMover() {}

  static void move(Host host, Step.MoveData step) throws HostException, StepException {
    // the administrator's link leads to a folder on another disk, whose attributes are theirs
    boolean isElsewhere =
        host.facts().stat(step.path()).stream().anyMatch(s -> s.type() == Stat.Type.LINK);
    if (step.file().isEmpty()) {
      host.moveData(step.from(), step.target());
    } else {
      if (!isElsewhere) {
        host.makeDirectory(step.path(), step.attributes());
      }
      moveFile(host, step);
    }
    if (step.file().isEmpty() || !isElsewhere) {
      host.setAttributes(step.path(), step.attributes());
    }
  }

  private static void moveFile(Host host, Step.MoveData step) throws HostException, StepException {
    Layout app = new Layout(step.app());
    boolean isLive = host.facts().live();
    if (isLive) {
      ReleaseHold.begin(host, step.app(), app.service(), app.socketUnit());
    }
    try {
      host.moveData(step.from(), step.target());
    } finally {
      if (isLive) {
        ReleaseHold.end(host, new Step.EndHold(step.app(), app.service(), true));
      }
    }
  }
}
