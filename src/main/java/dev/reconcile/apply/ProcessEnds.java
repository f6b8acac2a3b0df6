// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.SystemdMessage;
import java.util.List;

/**
 * The ends of background processes that systemd has started again since. systemd forgets how a main
 * process ended when it starts the next one; the journal knows.
 */
final class ProcessEnds {
  private static final List<SystemdMessage> MESSAGES =
      List.of(
          SystemdMessage.STARTED, SystemdMessage.RESTART_SCHEDULED, SystemdMessage.PROCESS_EXIT);

  /** The present start, the restart that led to it, and what was before that. */
  private static final int MOST = 3;

  private ProcessEnds() {}

  /**
   * Tells whether the last end before the present start of a process was a success; false if the
   * journal does not know.
   *
   * @param unit a unit that systemd itself has started again
   */
  static boolean wasSuccess(Host host, String unit) throws HostException {
    return isSuccess(SystemdMessage.last(host, unit, MOST, MESSAGES));
  }

  /**
   * Tells the same from the ids of the last messages, the last one first. An exit before the start
   * that the restart followed is that of an earlier process. systemd writes the exit of a process
   * above the level of debugging only if it is a failure (systemd: unit_log_process_exit).
   */
  static boolean isSuccess(List<String> ids) {
    boolean hasStarted = !ids.isEmpty() && ids.getFirst().equals(SystemdMessage.STARTED.id());
    List<String> end = hasStarted ? ids.subList(1, ids.size()) : ids;
    return !end.isEmpty()
        && end.getFirst().equals(SystemdMessage.RESTART_SCHEDULED.id())
        && (end.size() == 1 || !end.get(1).equals(SystemdMessage.PROCESS_EXIT.id()));
  }
}
