package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;

/** What became of a change or a handler. */
public sealed interface Outcome {
  /** What it was, in a plan's words. */
  String subject();

  /** The app it belonged to, empty for the host. */
  String app();

  /** It has been done. */
  record Done(String subject, String app) implements Outcome {}

  /** It was not tried, because something before it went wrong. */
  record Skipped(String subject, String app, String because) implements Outcome {}

  /** It went wrong. */
  record Failed(String subject, String app, Diagnostic diagnostic) implements Outcome {}

  /** It was refused for now; what there was before serves on, and a later run tries again. */
  record Deferred(String subject, String app, Diagnostic diagnostic) implements Outcome {}

  /** Whether there is nothing about it to be taken back or gone on with. */
  default boolean isSettled() {
    return this instanceof Done || this instanceof Deferred;
  }
}
