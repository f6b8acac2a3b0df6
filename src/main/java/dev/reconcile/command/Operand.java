// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.Values;

/**
 * A word that a command takes besides options.
 *
 * @param placeholder what it is called, or all words it can be, with bars between them
 * @param values which words it can be
 * @param isRequired whether it must be there
 */
public record Operand(String placeholder, Values values, boolean isRequired) {
  /** The directory of a desired state. */
  static final Operand DIRECTORY = new Operand("DIR", Values.DIRECTORY, false);

  /** How it stands in a usage line. */
  String syntax() {
    return isRequired ? placeholder : "[" + placeholder + "]";
  }
}
