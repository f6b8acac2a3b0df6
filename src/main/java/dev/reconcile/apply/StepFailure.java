package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** A step went wrong in a way that is already in a person's words. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;
  private final boolean ofHost;

  StepFailure(String summary, String detail) {
    this(summary, detail, false);
  }

  private StepFailure(String summary, String detail, boolean ofHost) {
    super(summary + ": " + detail);
    this.diagnostic = Diagnostic.error(summary, detail);
    this.ofHost = ofHost;
  }

  /** One that no app is to blame for, although it was seen at one. */
  static StepFailure ofHost(String summary, String detail) {
    return new StepFailure(summary, detail, true);
  }

  /** Whether no app is to blame for it. */
  boolean isOfHost() {
    return ofHost;
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
