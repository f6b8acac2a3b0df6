// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Layout;
import java.time.Duration;
import java.util.List;

/**
 * The end of standby instances.
 *
 * <p>Invariant: no instance is stopped while the path of an app's socket leads to it.
 */
final class StandbyRemoval {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final String TRANSIENT = "/run/systemd/transient";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private StandbyRemoval() {}

  /** Stops the instances of all apps that killed runs left. */
  static void clear(Host host) throws HostException {
    try {
      of(host, Layout.STANDBY);
    } catch (StepException e) {
      throw new HostException(e.diagnostic().detail(), e);
    }
  }

  /**
   * Stops instances, after their requests were led back to their apps.
   *
   * @param prefix the prefix of their names
   * @return whether there were any
   */
  static boolean of(Host host, String prefix) throws HostException, StepException {
    List<String> made = named(host, UNITS, prefix);
    if (made.isEmpty()
        && named(host, TRANSIENT, prefix).isEmpty()
        && named(host, UNITS, LocalHost.TEMPORARY + prefix).isEmpty()) {
      return false;
    }
    LedSockets.leadBackFrom(host, prefix);
    CommandRunner.Result result =
        host.run(
            Command.of("systemctl", "stop", prefix + "*.service", prefix + "*.socket")
                .within(LIMIT));
    if (!result.ok()) {
      throw new StepException("Standby instance not stopped", prefix + "*: " + result.tail(5));
    }
    for (String name : made) {
      host.discardTree(UNITS + "/" + name);
    }
    for (String name : named(host, UNITS, LocalHost.TEMPORARY + prefix)) {
      host.clearUnfinished(UNITS + "/" + name.substring(LocalHost.TEMPORARY.length()));
    }
    return true;
  }

  private static List<String> named(Host host, String folder, String prefix) throws HostException {
    return host.facts().list(folder).stream().filter(name -> name.startsWith(prefix)).toList();
  }
}
