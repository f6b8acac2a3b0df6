// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/**
 * An access log of a site.
 *
 * @param path the log file, or {@code off}
 * @param format the name of the log format; empty for nginx's default
 */
public record AccessLog(String path, String format) {
  /** The value that switches all access logs off. */
  static final AccessLog OFF = new AccessLog("off", "");

  /** Returns nginx's directive. */
  String directive() {
    return "access_log " + path + (format.isEmpty() ? "" : " " + format) + ";";
  }
}
