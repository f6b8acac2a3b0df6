// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import java.util.Locale;

/** Numbers of bytes in a readable unit. */
public final class Sizes {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  /** Returns a size such as {@code 812 bytes} or {@code 1.2 GiB}. */
  public static String text(long bytes) {
    if (bytes < 1024) {
      return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
