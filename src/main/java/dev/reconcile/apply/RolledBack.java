// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import java.util.Optional;

/**
 * A rollback of an app to its state before the run.
 *
 * @param app the name of the app
 * @param reason the cause, on one line
 * @param quarantined whether the revision is not tried again until the app changes
 * @param problem why the rollback failed or the app does not answer; empty if it succeeded
 */
public record RolledBack(
    String app, String reason, boolean quarantined, Optional<Diagnostic> problem) {}
