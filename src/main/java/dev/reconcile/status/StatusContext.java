// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import java.time.Instant;
import java.util.List;

/**
 * Under which a host is looked at.
 *
 * @param hostname its name
 * @param now the time
 * @param runGoesOn whether another process changes the host meanwhile
 * @param notices what a person should know of, though nothing is wrong with it
 */
public record StatusContext(
    String hostname, Instant now, boolean runGoesOn, List<Diagnostic> notices) {
  public StatusContext {
    notices = List.copyOf(notices);
  }
}
