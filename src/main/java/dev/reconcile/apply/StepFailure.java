package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** A step went wrong in a way that is already in a person's words. */
public final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;
  private final boolean ofHost;

  /**
   * Describes what went wrong.
   *
   * @param summary short, always the same for the same mistake
   * @param detail what exactly happened and what to do
   */
  public StepFailure(String summary, String detail) {
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
