// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import java.util.List;

/**
 * The ends of background processes that systemd has started again since. systemd forgets how a main
 * process ended when it starts the next one; the journal knows.
 */
final class ProcessEnds {
  // the ids of systemd's messages (sd-messages.h)
  private static final String RESTARTS = "5eb03494b6584870a536b337290809b3";
  private static final String PROCESS_EXIT = "98e322203f7a4ed290d09fe03c09fe15";
  private static final String STARTED = "39f53479d3a045ac8e11786248231fbf";

  private ProcessEnds() {}

  /**
   * Tells whether the last end before the present start of a process was a success; false if the
   * journal does not know.
   *
   * @param unit a unit that systemd itself has started again
   */
  static boolean wasSuccess(Host host, String unit) throws HostException {
    CommandRunner.Result journal =
        host.run(
            Command.of(
                "journalctl",
                "--quiet",
                "--no-pager",
                "--output=cat",
                "--output-fields=MESSAGE_ID",
                "--reverse",
                "--lines=3",
                "--priority=info",
                "UNIT=" + unit,
                "MESSAGE_ID=" + STARTED,
                "MESSAGE_ID=" + RESTARTS,
                "MESSAGE_ID=" + PROCESS_EXIT));
    return journal.ok() && isSuccess(journal.out().lines().toList());
  }

  /**
   * Tells the same from the ids of the last messages, the last one first. An exit before the start
   * that the restart followed is that of an earlier process. systemd writes the exit of a process
   * above the level of debugging only if it is a failure (systemd: unit_log_process_exit).
   */
  static boolean isSuccess(List<String> ids) {
    boolean hasStarted = !ids.isEmpty() && ids.getFirst().equals(STARTED);
    List<String> end = hasStarted ? ids.subList(1, ids.size()) : ids;
    return !end.isEmpty()
        && end.getFirst().equals(RESTARTS)
        && (end.size() == 1 || !end.get(1).equals(PROCESS_EXIT));
  }
}
