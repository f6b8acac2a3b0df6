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
 * @param isReleased whether release steps of the new revision have succeeded, which no rollback
 *     undoes
 */
public record RolledBack(
    String app,
    String reason,
    boolean quarantined,
    Optional<Diagnostic> problem,
    boolean isReleased) {
  /** The sentence that tells that a rollback did not undo the release steps. */
  public static final String NOT_UNDONE = "Its release steps had succeeded and were not undone.";

  /** Creates a rollback without release steps that have succeeded. */
  public RolledBack(String app, String reason, boolean quarantined, Optional<Diagnostic> problem) {
    this(app, reason, quarantined, problem, false);
  }

  /** Returns this rollback after release steps that have succeeded. */
  RolledBack released() {
    return new RolledBack(app, reason, quarantined, problem, true);
  }

  /** Returns why the revision is quarantined, on one line. */
  String quarantineReason() {
    String cause =
        reason.equals(ReleaseRunner.FAILED)
            ? "its release steps failed"
            : "it did not come up (%s)".formatted(reason);
    return isReleased ? cause + ", and its release steps were not undone" : cause;
  }
}
