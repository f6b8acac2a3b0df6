// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import java.util.Optional;

/** Thrown by a step that fails, with a description for the user; see {@link FailedStep}. */
public final class StepException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Diagnostic diagnostic;
  private final Fault fault;

  /** What is at fault. */
  private enum Fault {
    /** What the step belongs to, for most steps an app or its revision. */
    OWN,
    /** Another program of the host, so that the revision may be right. */
    OTHER,
    /** Files that all apps share. */
    HOST
  }

  /**
   * Creates a failure.
   *
   * @param summary a short noun phrase, constant for the kind of failure
   * @param detail what happened, why, and what to do
   */
  public StepException(String summary, String detail) {
    this(Diagnostic.error(summary, detail), Fault.OWN);
  }

  private StepException(Diagnostic diagnostic, Fault fault) {
    super(diagnostic.summary() + ": " + diagnostic.detail());
    this.diagnostic = diagnostic;
    this.fault = fault;
  }

  /** Creates a failure with a command that removes its cause or shows its details. */
  static StepException of(String summary, String detail, Optional<String> command) {
    Diagnostic plain = Diagnostic.error(summary, detail);
    return new StepException(command.map(plain::withCommand).orElse(plain), Fault.OWN);
  }

  /** Creates a failure that no app is responsible for, although it occurred at an app. */
  static StepException ofHost(String summary, String detail) {
    return new StepException(Diagnostic.error(summary, detail), Fault.HOST);
  }

  /** Creates a failure of an app that another program causes, with a command against it. */
  static StepException ofOther(String summary, String detail, String command) {
    return new StepException(Diagnostic.error(summary, detail).withCommand(command), Fault.OTHER);
  }

  /** Reports whether no app is responsible for the failure. */
  boolean isOfHost() {
    return fault == Fault.HOST;
  }

  /** Reports whether another program causes the failure, so that the revision may be right. */
  boolean isOfOther() {
    return fault == Fault.OTHER;
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
