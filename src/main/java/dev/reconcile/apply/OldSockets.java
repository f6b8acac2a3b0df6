package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;

/**
 * The files of sockets at which an app listened before its address was changed. systemd closes such
 * a socket when it reads the unit's new address, and leaves the file.
 */
final class OldSockets {
  private static final String FOLDER = "/run/";

  private OldSockets() {}

  /** Removes those of the app's name at which nobody accepts; never the one that it has now. */
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
