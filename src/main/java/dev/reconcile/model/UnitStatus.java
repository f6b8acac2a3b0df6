// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The status of a unit, as systemd reports it; missing values are 0 or empty.
 *
 * @param active its ActiveState, such as {@code active} or {@code failed}
 * @param sub its SubState
 * @param enabled its UnitFileState, such as {@code enabled}
 * @param result its Result: the cause of a failure, or {@code success}
 * @param since the time at which it entered this state
 * @param mainPid the process id of its main process
 * @param workers number of child processes of the main process
 * @param restarts number of automatic restarts by systemd
 * @param memory memory that its processes use, in bytes
 * @param memoryMax the limit of that memory, in bytes; 0 for none
 */
public record UnitStatus(
    String active,
    String sub,
    String enabled,
    String result,
    Optional<Instant> since,
    long mainPid,
    int workers,
    int restarts,
    long memory,
    long memoryMax) {
  private static final int LOOP_RESTARTS = 3;
  private static final Duration LOOP_TIME = Duration.ofMinutes(1);

  /** Creates the status of a unit without a limit of memory. */
  public UnitStatus(
      String active,
      String sub,
      String enabled,
      String result,
      Optional<Instant> since,
      long mainPid,
      int workers,
      int restarts,
      long memory) {
    this(active, sub, enabled, result, since, mainPid, workers, restarts, memory, 0);
  }

  /**
   * Tells whether a process ends again and again: systemd has restarted it three times or more, and
   * the last time within a minute.
   *
   * @param restarts the number of restarts since it was started
   * @param age the time since the last of them
   */
  public static boolean isLoop(long restarts, Duration age) {
    return restarts >= LOOP_RESTARTS && age.compareTo(LOOP_TIME) < 0;
  }

  /**
   * The status of a unit that systemd has not loaded, because it does not run and no unit needs it.
   */
  public static final UnitStatus NOT_LOADED =
      new UnitStatus("inactive", "dead", "", "", Optional.empty(), 0, 0, 0, 0);

  /** Tells whether it runs. */
  public boolean running() {
    return active.equals("active") || active.equals("reloading");
  }
}
