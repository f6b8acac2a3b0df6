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
 * @param restartsLately number of automatic restarts in the last minute; 0 if nobody has counted
 * @param memoryKills number of kills for want of memory in the last day; 0 if nobody has counted
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
    long memoryMax,
    int restartsLately,
    int memoryKills) {
  private static final int LOOP_RESTARTS = 3;

  /** The time in which restarts are counted. */
  public static final Duration LATELY = Duration.ofMinutes(1);

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
    this(active, sub, enabled, result, since, mainPid, workers, restarts, memory, 0, 0, 0);
  }

  /** Returns the same status with the number of automatic restarts in the last minute. */
  public UnitStatus withRestartsLately(int count) {
    return with(count, memoryKills);
  }

  /** Returns the same status with the number of kills for want of memory in the last day. */
  public UnitStatus withMemoryKills(int count) {
    return with(restartsLately, count);
  }

  private UnitStatus with(int lately, int kills) {
    return new UnitStatus(
        active, sub, enabled, result, since, mainPid, workers, restarts, memory, memoryMax, lately,
        kills);
  }

  /** Tells whether Linux may have killed a process of the unit because of its limit of memory. */
  public boolean mayLackMemory() {
    return memoryMax > 0 && (restarts > 0 || result.equals("oom-kill"));
  }

  /**
   * Tells whether systemd may have restarted the unit three times in the last minute. It counts all
   * restarts, and knows the time of the last change only; the journal knows the times of all.
   */
  public boolean mayBeInLoop(Instant now) {
    Duration age = since.map(time -> Duration.between(time, now)).orElse(Duration.ZERO);
    return restarts >= LOOP_RESTARTS && age.compareTo(LATELY) < 0;
  }

  /** Tells whether systemd has restarted the unit three times in the last minute. */
  public boolean isInLoop() {
    return restartsLately >= LOOP_RESTARTS;
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
