// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;

/**
 * An administrator's word that nothing is to be changed.
 *
 * @param since when it was given, as in RFC 3339
 * @param by whose it is
 * @param reason why
 */
public record Suspension(String since, String by, String reason) {
  /** The notice to the user, with the command that ends the suspension. */
  public Diagnostic notice() {
    return Diagnostic.notice("Suspended", "Suspended by " + by + " on " + since + ": " + reason)
        .withCommand("reconcile resume");
  }
}
