// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

/**
 * The last statement at the top level of a module that sets a name.
 *
 * @param name the name
 * @param value the value that the name has at the end of the module
 * @param line the line of the name, from 1
 * @param column the column of the name in characters, from 1
 */
public record Assignment(String name, Literal value, int line, int column) {
  /** Returns the same assignment with a value that is not known. */
  Assignment computed() {
    return new Assignment(name, new Literal.Computed(), line, column);
  }
}
