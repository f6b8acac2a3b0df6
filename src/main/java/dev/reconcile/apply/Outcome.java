// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** The outcome of a change or a handler. */
public sealed interface Outcome {
  /** Returns the label of the change or handler in the plan. */
  String subject();

  /** Returns the app, empty for the host. */
  String app();

  /** The change or handler is done. */
  record Done(String subject, String app) implements Outcome {}

  /** It was skipped because of an earlier failure. */
  record Skipped(String subject, String app, String because) implements Outcome {}

  /** It failed. */
  record Failed(String subject, String app, Diagnostic diagnostic) implements Outcome {}

  /** It was refused for now: the earlier state stays in use, and a later run tries again. */
  record Deferred(String subject, String app, Diagnostic diagnostic) implements Outcome {}

  /** Reports whether nothing needs to be rolled back or continued. */
  default boolean isSettled() {
    return this instanceof Done || this instanceof Deferred;
  }
}
