// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import java.util.Map;
import java.util.Optional;

/** The collector of declared resources and of the mistakes found in them. */
public interface Declarations {
  /** Adds a resource; a second one with the same address becomes an error that names both. */
  void add(Declared declared);

  /** Returns whether a resource is declared already. */
  boolean has(Address address);

  /** Adds a handler that resources may notify; adding an equal handler again changes nothing. */
  void add(Handler handler);

  /** Adds a mistake. */
  void error(Origin origin, String summary, String detail);

  /** Adds a warning about a value that is valid but may not have the expected effect. */
  void warning(Origin origin, String summary, String detail);

  /** Adds a notice about a value that has an effect worth knowing. */
  void notice(Origin origin, String summary, String detail);

  /** Returns the resources declared so far, by address. */
  Map<Address, Declared> resources();

  /**
   * Adds a mistake in an app's own source: the app stays as it is, and the others converge. Only
   * the first fault of an app is kept.
   */
  void fault(String app, Origin origin, String summary, String detail);

  /** Adds an action that this run cannot perform; a later run tries it again without a request. */
  void postpone(Origin origin, String summary, String detail);

  /** Returns a file of the desired-state tree; a missing file is an error at {@code origin}. */
  Optional<Content> file(String path, Origin origin);
}
