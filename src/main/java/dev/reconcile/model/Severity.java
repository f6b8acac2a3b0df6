// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/** The severity of a diagnostic: an error stops the run before it changes anything. */
public enum Severity {
  ERROR,
  WARNING,
  NOTICE
}
