// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** Thrown by a step that fails, with a description for the user; see {@link FailedStep}. */
public final class StepException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;
  private final boolean ofHost;

  /**
   * Creates a failure.
   *
   * @param summary a short noun phrase, constant for the kind of failure
   * @param detail what happened, why, and what to do
   */
  public StepException(String summary, String detail) {
    this(summary, detail, false);
  }

  private StepException(String summary, String detail, boolean ofHost) {
    super(summary + ": " + detail);
    this.diagnostic = Diagnostic.error(summary, detail);
    this.ofHost = ofHost;
  }

  /** Creates a failure that no app is responsible for, although it occurred at an app. */
  static StepException ofHost(String summary, String detail) {
    return new StepException(summary, detail, true);
  }

  /** Reports whether no app is responsible for the failure. */
  boolean isOfHost() {
    return ofHost;
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
