// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.function.Consumer;

/**
 * The move of data out of a directory that an app ran from. A process that has a database open
 * would go on to write beside its old path, so the app is stopped while a file is moved; it starts
 * again when the move or the run has ended. A directory is moved with everything in it, and its old
 * path leads to it at each moment.
 */
final class DataMover {
  private DataMover() {}

  /**
   * Moves data.
   *
   * @param killed takes the background processes that were killed when the app was stopped
   */
  static void move(Host host, Step.MoveData step, Consumer<List<String>> killed)
      throws HostException, StepException {
    if (step.file().isEmpty()) {
      host.moveData(step.from(), step.target());
      host.setAttributes(step.path(), step.attributes());
      return;
    }
    // the administrator's link leads to a folder on another disk, whose attributes are theirs
    boolean isOurs =
        host.facts().stat(step.path()).stream().noneMatch(s -> s.type() == Stat.Type.LINK);
    if (isOurs) {
      host.makeDirectory(step.path(), step.attributes());
    }
    moveFile(host, step, killed);
    if (isOurs) {
      host.setAttributes(step.path(), step.attributes());
    }
  }

  private static void moveFile(Host host, Step.MoveData step, Consumer<List<String>> killed)
      throws HostException, StepException {
    if (!host.facts().live()) {
      host.moveData(step.from(), step.target());
      return;
    }
    Layout app = new Layout(step.app());
    killed.accept(ReleaseHold.begin(host, step.app(), app.service(), app.socketUnit()));
    try {
      host.moveData(step.from(), step.target());
    } finally {
      ReleaseHold.end(host, new Step.EndHold(step.app(), app.service(), true));
    }
  }
}
