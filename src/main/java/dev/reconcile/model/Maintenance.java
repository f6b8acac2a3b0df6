// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The maintenance of an app: visitors of its site get a page with the status 503.
 *
 * @param since when it began, as in RFC 3339
 * @param message the message to visitors, in one line
 */
public record Maintenance(String since, String message) {
  /** The message without another. */
  public static final String USUAL =
      "This site is being maintained. Please try again in a few minutes.";

  /** Returns the notice that an app is in maintenance, with the command that ends it. */
  public Diagnostic notice(String app) {
    return Diagnostic.notice(
            "Maintenance of an app",
            "%s is in maintenance since %s: visitors get a page with the status 503."
                .formatted(app, since))
        .withCommand("reconcile maintenance " + app + " off");
  }
}
