// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/** The privileges of this process. */
public final class Privileges {
  private Privileges() {}

  /** Reports whether this process runs as root. */
  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
