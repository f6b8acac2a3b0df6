package dev.reconcile.host;

/** What this process may do on this machine. */
public final class Privileges {
  private Privileges() {}

  /** Whether this process has root's rights on this machine. */
  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
