package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** A step went wrong in a way that is already in a person's words. */
public final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;

  /**
   * Describes what went wrong.
   *
   * @param summary short, always the same for the same mistake
   * @param detail what exactly happened and what to do
   */
  public StepFailure(String summary, String detail) {
    super(summary + ": " + detail);
    this.diagnostic = Diagnostic.error(summary, detail);
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
