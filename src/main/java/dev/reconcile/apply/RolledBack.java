package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import java.util.Optional;

/**
 * An app that is back at what it was before the run.
 *
 * @param app its name
 * @param reason what had gone wrong, on one line
 * @param quarantined whether what the repo says of it is not tried again until it changes
 * @param trouble why it is not back, or does not answer; empty if all is well
 */
public record RolledBack(
    String app, String reason, boolean quarantined, Optional<Diagnostic> trouble) {}
