// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import java.util.Optional;

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
    this(Diagnostic.error(summary, detail), ofHost);
  }

  private StepFailure(Diagnostic diagnostic, boolean ofHost) {
    super(diagnostic.summary() + ": " + diagnostic.detail());
    this.diagnostic = diagnostic;
    this.ofHost = ofHost;
  }

  /** Creates a failure with a command that removes its cause or shows its details. */
  static StepFailure of(String summary, String detail, Optional<String> command) {
    Diagnostic plain = Diagnostic.error(summary, detail);
    return new StepFailure(command.map(plain::withCommand).orElse(plain), false);
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
