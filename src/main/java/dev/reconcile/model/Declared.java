package dev.reconcile.model;

import java.util.List;

/**
 * A resource as it should be.
 *
 * @param address its name
 * @param spec what it should be; the record type belongs to the kind
 * @param app the app it belongs to, empty for the host
 * @param role the part it plays
 * @param notifies ids of the handlers that must run when it changes
 * @param origin where it was declared
 */
public record Declared(
    Address address, Record spec, String app, Role role, List<String> notifies, Origin origin) {
  public Declared {
    notifies = List.copyOf(notifies);
  }
}
