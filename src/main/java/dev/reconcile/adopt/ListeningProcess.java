package dev.reconcile.adopt;

/**
 * The process that listens at an address.
 *
 * @param pid its number
 * @param name what it is called
 * @param unit the service that systemd runs it for; empty if it is none's
 * @param isGunicorn whether it is a gunicorn
 */
public record ListeningProcess(int pid, String name, String unit, boolean isGunicorn) {
  /** A person's words for it. */
  String title() {
    return unit.isEmpty() ? name + " (process " + pid + ")" : name + " of " + unit;
  }
}
