// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Diagnostic;

/** A failed operation on the host, with a message for the administrator. */
public final class HostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final HostFailure failure;

  /** Creates an exception with the name of the failure and a message. */
  public HostException(HostFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /** Creates an exception with a message and a cause, from which the name follows. */
  public HostException(String message, Throwable cause) {
    super(message, cause);
    this.failure = HostFailure.of(cause);
  }

  /** Creates an exception with the name of the failure, a message and a cause. */
  public HostException(HostFailure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /** Creates an exception for a command that has ended without success. */
  public HostException(CommandRunner.Result result, String message) {
    this(HostFailure.of(result), message);
  }

  /** Returns the name of the failure. */
  public HostFailure failure() {
    return failure;
  }

  /** Returns the summary of a diagnostic for this failure: a noun phrase without values. */
  public String summary() {
    return failure.summary();
  }

  /** Returns the message; never null. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** Returns the failure as an error. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(summary(), message());
  }
}
