// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.Values;

/**
 * The operand of a command: a word that is neither an option nor its value.
 *
 * @param placeholder the name in the help, or all accepted words with bars between them
 * @param values the type of the word
 * @param isRequired whether the command requires the word
 */
public record Operand(String placeholder, Values values, boolean isRequired) {
  /** The directory of a desired state. */
  static final Operand DIRECTORY = new Operand("DIR", Values.DIRECTORY, false);

  /** Returns the form of the operand in a usage line. */
  String syntax() {
    return isRequired ? placeholder : "[" + placeholder + "]";
  }
}
