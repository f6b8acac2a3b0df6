package dev.reconcile.model;

import java.util.List;

/**
 * What is remembered of a resource that reconcile made, enough to remove it when it has left the
 * repo.
 *
 * @param address its name
 * @param app the app it belongs to, empty for the host
 * @param role the part it plays
 * @param notifies ids of the handlers that must run when it goes
 */
public record Owned(Address address, String app, Role role, List<String> notifies) {
  public Owned {
    notifies = List.copyOf(notifies);
  }

  /** What is remembered of {@code declared} once it is made. */
  public static Owned of(Declared declared) {
    return new Owned(declared.address(), declared.app(), declared.role(), declared.notifies());
  }
}
