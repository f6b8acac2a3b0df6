// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/** Which reconcile this is: a constant, because to ask the jar means to open it and read its index. */
public final class Version {
  private static final String TEXT = "${project.version}";

  private Version() {}

  /** The version that was built. */
  public static String text() {
    return TEXT;
  }
}
