// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The move of data out of a directory that an app ran from. A process that has a database open
 * would go on to write beside its old path, so the app's own units are stopped while a file is
 * moved. A directory is moved with everything in it, and its old path leads to it at each moment.
 */
final class DataMover {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private DataMover() {}

  static void move(Host host, Step.MoveData step) throws HostException {
    List<String> stopped = new ArrayList<>();
    try {
      if (!step.file().isEmpty()) {
        host.makeDirectory(step.path(), step.attributes());
        stop(host, new Layout(step.app()), stopped);
      }
      host.moveData(step.from(), step.target());
    } finally {
      for (String unit : stopped.reversed()) {
        host.run(Command.of("systemctl", "start", unit).within(LONGEST));
      }
    }
    host.setAttributes(step.path(), step.attributes());
  }

  // The socket unit first: a connection would start the service again. Its stop may stop the
  // service, so both are asked before.
  private static void stop(Host host, Layout app, List<String> stopped) throws HostException {
    if (!host.facts().live()) {
      return;
    }
    for (String unit : List.of(app.socketUnit(), app.service())) {
      if (host.run(Command.of("systemctl", "is-active", "--quiet", unit)).ok()) {
        stopped.add(unit);
      }
    }
    for (String unit : stopped) {
      host.run(Command.of("systemctl", "stop", unit).within(LONGEST));
    }
  }
}
