// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

/**
 * What happens to a run, and when.
 *
 * @param at at which call that changes the host, counted from 1; 0 for never
 * @param mode what happens there
 * @param errno what the operating system says, for the modes that fail
 */
public record Fault(int at, Mode mode, String errno) {
  /** Nothing happens: for counting. */
  public static final Fault NONE = new Fault(0, Mode.BEFORE, "");

  /** What happens at the call. */
  public enum Mode {
    /** The process ends before the call. */
    BEFORE,
    /** The process ends in the middle of the call: what it leaves half done is left. */
    HALF,
    /** The process ends after the call, before whoever called knows. */
    AFTER,
    /** The call fails, all others go well. */
    FAIL_ONCE,
    /** The call fails, and so does every one that writes after it. */
    FAIL_FROM;

    /** Whether the process ends. */
    public boolean kills() {
      return this == BEFORE || this == HALF || this == AFTER;
    }
  }

  /** The process ends at the call. */
  public static Fault kill(int at, Mode mode) {
    return new Fault(at, mode, "");
  }
}
