// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;

/**
 * The socket files at which an app listened before its address was changed. systemd closes such a
 * socket when it loads the unit's new address, but leaves the file.
 */
final class OldSockets {
  private static final String FOLDER = "/run/";

  private OldSockets() {}

  /**
   * Removes the app's socket files at which no process accepts connections, except its current one.
   */
  static void remove(Host host, Step.RemoveOldSockets step) throws HostException {
    Layout layout = new Layout(step.app());
    for (String name : host.facts().list(FOLDER)) {
      String path = FOLDER + name;
      if (layout.isSocket(path)
          && !step.address().equals("unix:" + path)
          && host.facts().stat(path).stream().anyMatch(s -> s.type() == Stat.Type.SOCKET)
          && !host.facts().accepts(path)) {
        host.remove(path);
      }
    }
  }
}
