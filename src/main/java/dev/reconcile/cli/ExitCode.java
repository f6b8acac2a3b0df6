package dev.reconcile.cli;

/** Exit codes: a promise to scripts. Names and numbers of sysexits.h where it has one. */
public enum ExitCode {
  /** Converged, or nothing to do; for a plan: planned. */
  OK(0),
  /** Nothing or not everything was applied. */
  FAILED(1),
  /** Only with --detailed-exitcode: there were changes, and all went well. */
  CHANGED(2),
  /** Some apps were rolled back or stay as they are; all others converged. */
  ROLLED_BACK(3),
  /** The command line makes no sense. */
  USAGE(64),
  /** The desired state is invalid; nothing was touched. */
  INVALID(65),
  /** The repo could not be reached or read. */
  UNAVAILABLE(69),
  /** A mistake in reconcile itself. */
  BUG(70),
  /** Another run holds the lock. */
  LOCKED(75),
  /** Not permitted. */
  NOT_PERMITTED(77),
  /** Only between the launcher and this program: not known to be unchanged, look in full. */
  NOT_KNOWN(113),
  /** Whoever read the output has gone; as a shell reports a program that SIGPIPE ended. */
  NO_READER(141);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** What the process returns. */
  public int number() {
    return number;
  }
}
