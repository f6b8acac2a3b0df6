// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/** A word of nginx's configuration. */
final class NginxWord {
  private NginxWord() {}

  /**
   * Returns a text as one word in quotes; nginx replaces variables in it.
   *
   * @param text one line
   */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
