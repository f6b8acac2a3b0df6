// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/**
 * The exit codes, which scripts rely on. Names and numbers are those of sysexits.h where it defines
 * them.
 */
public enum ExitCode {
  OK(0, "all is as it should be, now or already; for a plan: planned"),
  FAILED(
      1,
      "nothing or not everything was applied, or visitors do not get an app for a cause that lies"
          + " outside of this run's changes; for status: something is not well; for doctor:"
          + " something was found"),
  CHANGED(
      2,
      "only with --detailed-exitcode: there were changes (for a plan: there are), and all went"
          + " well"),
  ROLLED_BACK(
      3,
      "some apps were taken back, stay as they are or wait for a certificate; all others"
          + " converged"),
  USAGE(64, "invalid command line"),
  INVALID(65, "the desired state is invalid, or two apps want the same; nothing was touched"),
  UNAVAILABLE(69, "the repo could not be reached or read"),
  BUG(70, "internal error in reconcile"),
  LOCKED(75, "another run holds the lock"),
  NOT_PERMITTED(77, "not permitted: needs root, or a good signature of the commit"),
  /** Returned to the launcher only: the no-op check has no answer, so a run in full must follow. */
  NOT_KNOWN(113, ""),
  /** The code with which a shell reports a program that SIGPIPE ended. */
  NO_READER(141, "whoever read the output has gone");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** Returns the exit status of the process. */
  public int number() {
    return number;
  }

  /** Returns the meaning for scripts, a phrase without a full stop; empty if no caller sees it. */
  public String meaning() {
    return meaning;
  }
}
