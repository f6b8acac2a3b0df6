package dev.reconcile.host;

/**
 * What systemd says of a loaded unit; a unit it does not list is not loaded, so not running.
 *
 * @param active its ActiveState, such as {@code active} or {@code failed}
 * @param sub its SubState
 * @param needsReload whether its file changed since it was loaded
 * @param fragment path of its unit file, empty if it has none
 */
public record UnitFacts(String active, String sub, boolean needsReload, String fragment) {
  /** Whether the unit is up. */
  public boolean running() {
    return active.equals("active") || active.equals("reloading");
  }
}
