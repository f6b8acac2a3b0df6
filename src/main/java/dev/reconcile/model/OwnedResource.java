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
public record OwnedResource(Address address, String app, Role role, List<String> notifies) {
  public OwnedResource {
    notifies = List.copyOf(notifies);
  }

  /** What is remembered of {@code declared} once it is made. */
  public static OwnedResource of(Declared declared) {
    return new OwnedResource(
        declared.address(), declared.app(), declared.role(), declared.notifies());
  }
}
