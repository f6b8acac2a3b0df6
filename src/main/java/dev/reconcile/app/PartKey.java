// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;

/**
 * A key that a site and each of its locations may set, and that becomes lines of nginx. A key of
 * this kind is a class and an entry in {@link PartKeys#ALL}; schema, manual, template and checks
 * derive from it.
 *
 * <p>Invariant: the lines mean the same in nginx's server block and in a location.
 */
interface PartKey {
  /** Returns the key. */
  Key<?> key();

  /** Reports the mistakes in the key's value that the schema cannot detect; the key is set. */
  default void check(Part part, Declarations mistakes) {}

  /** Adds the lines for the key's value; the key is set. */
  void add(Part part, PartLines lines);
}
