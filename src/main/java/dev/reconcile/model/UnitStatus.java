package dev.reconcile.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A unit as systemd tells a person of it; what it has none of is 0 or empty.
 *
 * @param active its ActiveState, such as {@code active} or {@code failed}
 * @param sub its SubState
 * @param enabled its UnitFileState, such as {@code enabled}
 * @param result why it failed; {@code success} if it did not
 * @param since when it came into this state
 * @param mainPid its main process
 * @param workers how many processes are children of that one
 * @param restarts how often systemd has started it again by itself
 * @param memory bytes that its processes use
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
    long memory) {
  /** One that systemd has nothing to say of, because it does not run and nothing needs it. */
  public static final UnitStatus NOT_LOADED =
      new UnitStatus("inactive", "dead", "", "", Optional.empty(), 0, 0, 0, 0);

  /** Whether it is up. */
  public boolean running() {
    return active.equals("active") || active.equals("reloading");
  }
}
