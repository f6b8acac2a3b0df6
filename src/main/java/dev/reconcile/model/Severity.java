package dev.reconcile.model;

/** How bad a diagnostic is: an error stops the run before anything is touched. */
public enum Severity {
  ERROR,
  WARNING,
  NOTICE
}
