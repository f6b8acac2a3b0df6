// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/** The size limits of files that reconcile reads, in bytes, by the type of the file. */
public final class Limits {
  /** A configuration file of nginx, systemd, pip or the distribution: 1 MiB. */
  public static final int CONFIG_FILE = 1 << 20;

  /** A certificate chain, a key or the text of a secret: 64 KiB. */
  public static final int KEY_FILE = 64 << 10;

  private Limits() {}
}
