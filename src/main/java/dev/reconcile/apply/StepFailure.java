package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** A step went wrong in a way that is already in a person's words. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;

  StepFailure(String summary, String detail) {
    super(summary + ": " + detail);
    this.diagnostic = Diagnostic.error(summary, detail);
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
