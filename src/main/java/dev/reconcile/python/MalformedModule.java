// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

/** A text that Python refuses. */
final class MalformedModule extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedModule() {
    super("a string or a bracket does not end");
  }
}
