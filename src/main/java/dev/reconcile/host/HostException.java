// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Diagnostic;

/** The machine did not let us read or do something; the message is for its owner. */
public final class HostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final HostFailure failure;

  /** A failure with its name, in words. */
  public HostException(HostFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /** A failure with what lies under it, from which its name follows. */
  public HostException(String message, Throwable cause) {
    super(message, cause);
    this.failure = HostFailure.of(cause);
  }

  /** A failure with its name and what lies under it. */
  public HostException(HostFailure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /** A failure of a command that has ended. */
  public HostException(CommandRunner.Result result, String message) {
    this(HostFailure.of(result), message);
  }

  /** The name of the failure. */
  public HostFailure failure() {
    return failure;
  }

  /** The name of the failure as the summary of a diagnostic. */
  public String summary() {
    return failure.summary();
  }

  /** The failure in words; never null. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** The failure as an error. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(summary(), message());
  }
}
