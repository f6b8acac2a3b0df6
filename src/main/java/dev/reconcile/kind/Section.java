package dev.reconcile.kind;

import dev.reconcile.model.Value;
import java.util.Optional;

/**
 * A top-level key of {@code reconcile.yaml} that declares resources of a kind.
 *
 * <p>Invariant: {@link #declare} is only called with a value that has the key's form. Parts of it
 * may be {@link Value.Refused}.
 */
public interface Section {
  /** The key, with the form of its value. */
  Key<Optional<Value>> key();

  /** Declares what the value asks for; mistakes that the form cannot show become diagnostics. */
  void declare(Value value, Declarations declarations);
}
