// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/**
 * The exit codes, which scripts rely on. Names and numbers are those of sysexits.h where it defines
 * them.
 */
public enum ExitCode {
  OK(
      0,
      """
      success; after an apply, the host is in the desired state; for plan, with or without \
      changes\
      """),
  FAILED(
      1,
      """
      the apply failed, completely or in part; or visitors do not reach an app, and this run \
      did not cause it; for status: something is unhealthy; for doctor: there is a finding\
      """),
  CHANGED(2, "only with --detailed-exitcode: success, with changes (for plan: planned changes)"),
  ROLLED_BACK(
      3, "some apps were rolled back, were held or wait for a certificate; all others converged"),
  USAGE(64, "invalid command line"),
  INVALID(65, "the desired state is invalid, or two apps conflict; nothing was changed"),
  UNAVAILABLE(
      69,
      """
      the repo cannot be reached or read; or a newer commit waits, and the engine of the fleet \
      cannot be reached\
      """),
  BUG(70, "internal error in reconcile"),
  LOCKED(75, "another run holds the lock"),
  NOT_PERMITTED(
      77,
      """
      not permitted: root, a valid signature of the commit, or a certificate that the engine of \
      the fleet accepts, is required\
      """),
  /** Returned to the launcher only: the no-op check has no answer, so a run in full must follow. */
  NOT_KNOWN(113, ""),
  /** The code with which a shell reports a program that SIGPIPE ended. */
  NO_READER(141, "the reader of the output closed the pipe");

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
