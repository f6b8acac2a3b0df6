package dev.reconcile.kind;

import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import java.util.Map;
import java.util.Optional;

/** Where resources are declared, together with the mistakes found on the way. */
public interface Declarations {
  /** Adds a resource; a second one with the same address becomes an error that names both. */
  void add(Declared declared);

  /** Whether a resource is declared already. */
  boolean has(Address address);

  /** Adds a handler that resources may notify; adding an equal one again changes nothing. */
  void add(Handler handler);

  /** Adds a mistake. */
  void error(Origin origin, String summary, String detail);

  /** Adds something that is taken, but does not do what whoever wrote it may expect. */
  void warning(Origin origin, String summary, String detail);

  /** The resources declared so far, by address. */
  Map<Address, Declared> resources();

  /**
   * Adds a mistake in an app's own source: the app stays as it is, and the others converge. The
   * first one of an app stands.
   */
  void fault(String app, Origin origin, String summary, String detail);

  /** Adds something that cannot be done in this run, and will be tried again without being told. */
  void postpone(Origin origin, String summary, String detail);

  /** A file of the desired-state tree; if it is not there, that is an error at {@code origin}. */
  Optional<Content> file(String path, Origin origin);
}
