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
 * @param settled what it is once all else of the same plan is done. Handlers are compared by it: a
 *     site that is put on https at the end of a plan is no news to the next one
 */
public record Declared(
    Address address,
    Record spec,
    String app,
    Role role,
    List<String> notifies,
    Origin origin,
    Record settled) {
  public Declared {
    notifies = List.copyOf(notifies);
  }

  /** One that nothing else of the plan changes again. */
  public Declared(
      Address address, Record spec, String app, Role role, List<String> notifies, Origin origin) {
    this(address, spec, app, role, notifies, origin, spec);
  }
}
