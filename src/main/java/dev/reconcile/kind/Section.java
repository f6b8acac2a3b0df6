// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Value;
import java.util.Optional;

/**
 * A top-level key of {@code reconcile.yaml} that declares resources of a kind.
 *
 * <p>Invariant: {@link #declare} gets only a value that matches the key's schema. Parts of it may
 * be {@link Value.Refused}.
 */
public interface Section {
  /** Returns the key, with the schema of its value. */
  Key<Optional<Value>> key();

  /**
   * Declares the resources of the value; mistakes that the schema cannot detect become diagnostics.
   */
  void declare(Value value, Declarations declarations);
}
