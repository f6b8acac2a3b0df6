// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;

/**
 * The suspension of a host: an administrator's order that applies do nothing.
 *
 * @param since the time of the order, as in RFC 3339
 * @param by the person who gave the order
 * @param reason the reason for the order
 */
public record Suspension(String since, String by, String reason) {
  /** Returns the notice to the user, with the command that ends the suspension. */
  public Diagnostic notice() {
    return Diagnostic.notice("Suspended", "Suspended by " + by + " on " + since + ": " + reason)
        .withCommand("reconcile resume");
  }
}
