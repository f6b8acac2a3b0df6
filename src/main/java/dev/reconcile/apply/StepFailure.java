// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** A failure of a step, described for the user. */
public final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;
  private final boolean ofHost;

  /**
   * Creates a failure.
   *
   * @param summary a short noun phrase, constant for the kind of failure
   * @param detail what happened, why, and what to do
   */
  public StepFailure(String summary, String detail) {
    this(summary, detail, false);
  }

  private StepFailure(String summary, String detail, boolean ofHost) {
    super(summary + ": " + detail);
    this.diagnostic = Diagnostic.error(summary, detail);
    this.ofHost = ofHost;
  }

  /** Creates a failure that no app is responsible for, although it occurred at an app. */
  static StepFailure ofHost(String summary, String detail) {
    return new StepFailure(summary, detail, true);
  }

  /** Reports whether no app is responsible for the failure. */
  boolean isOfHost() {
    return ofHost;
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
