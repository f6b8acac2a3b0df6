// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Points in time as text, in UTC. The JDK's formatters are not used: loading them takes ten times
 * as long as everything else in a run with nothing to do.
 */
public final class Timestamps {
  private static final int TEXT = "2026-01-31T23:59:59".length();

  private Timestamps() {}

  /** Formats as in RFC 3339, with the decimals that it has, such as {@code …T23:59:59.25Z}. */
  public static String precise(Instant time) {
    return text(time.getEpochSecond(), time.getNano());
  }

  /** Formats as in RFC 3339, in whole seconds, such as {@code 2026-01-31T23:59:59Z}. */
  public static String text(Instant time) {
    return text(time.getEpochSecond(), 0);
  }

  private static String text(long second, int nano) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC);
    String text = utc.toString(); // omits seconds that are zero
    return (text.length() < TEXT ? text + ":00" : text) + "Z";
  }

  /** Formats in ISO 8601's basic format, such as {@code 20260131T235959Z}. */
  public static String compact(Instant time) {
    return text(time).replace("-", "").replace(":", "");
  }
}
