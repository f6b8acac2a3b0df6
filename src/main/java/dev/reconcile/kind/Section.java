package dev.reconcile.kind;

import dev.reconcile.model.Schema;
import dev.reconcile.model.Value;

/**
 * A top-level key of {@code reconcile.yaml} that declares resources of a kind.
 *
 * <p>Invariant: {@link #declare} is only called with a value that has the section's shape.
 */
public interface Section {
  /** The key. */
  String key();

  /** What may stand under it. */
  Schema shape();

  /** One line of what it means. */
  String doc();

  /** Declares what the value asks for; mistakes that the shape cannot see become diagnostics. */
  void declare(Value value, Declarations declarations);
}
