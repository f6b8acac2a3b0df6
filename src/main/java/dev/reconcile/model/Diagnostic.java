package dev.reconcile.model;

import java.util.Optional;

/**
 * Something a person should know or mend.
 *
 * @param severity whether the run can go on
 * @param summary short, without values: always the same for the same mistake
 * @param detail what exactly is the matter and what to do, in full sentences
 * @param origin where in the desired state, if it is there
 */
public record Diagnostic(
    Severity severity, String summary, String detail, Optional<Origin> origin) {

  /** An error at a place in the desired state. */
  public static Diagnostic error(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.of(origin));
  }

  /** An error of the host or of the run as a whole. */
  public static Diagnostic error(String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.empty());
  }

  /** A warning at a place in the desired state. */
  public static Diagnostic warning(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, Optional.of(origin));
  }

  /** A notice: nothing is wrong, but it should not go unsaid. */
  public static Diagnostic notice(String summary, String detail) {
    return new Diagnostic(Severity.NOTICE, summary, detail, Optional.empty());
  }

  /** Whether this stops the run. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
