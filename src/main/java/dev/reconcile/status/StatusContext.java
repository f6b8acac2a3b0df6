// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import java.time.Instant;
import java.util.List;

/**
 * The context in which a status is collected.
 *
 * @param hostname the name of the host
 * @param now the current time
 * @param runGoesOn whether a run is in progress
 * @param notices the notices for the user, which do not make the host unhealthy
 */
public record StatusContext(
    String hostname, Instant now, boolean runGoesOn, List<Diagnostic> notices) {
  public StatusContext {
    notices = List.copyOf(notices);
  }
}
